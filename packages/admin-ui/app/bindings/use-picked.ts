import { useCallback, useMemo, useState } from "react";
import type { BindingRow } from "./filter-bindings.ts";

/** The rows that are selected for a bulk change. */
export interface Picked {
  /** The selected rows that are visible. */
  readonly rows: readonly BindingRow[];
  has(id: number): boolean;
  /** Selects or deselects one row. */
  toggle(id: number): void;
  /** Selects all visible rows, or none. */
  all(picks: boolean): void;
}

/** Keeps track of the selected rows. A bulk change omits rows that filters hide, even if they were selected before. */
export function usePicked(shown: readonly BindingRow[]): Picked {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback(
    (id: number) =>
      setIds((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  return useMemo(
    () => ({
      rows: ids.size === 0 ? [] : shown.filter(({ binding }) => ids.has(binding.id)),
      has: (id) => ids.has(id),
      toggle,
      all: (picks) => setIds(new Set(picks ? shown.map(({ binding }) => binding.id) : [])),
    }),
    [ids, shown, toggle],
  );
}
