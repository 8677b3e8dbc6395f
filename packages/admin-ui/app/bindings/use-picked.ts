import { useCallback, useMemo, useState } from "react";
import type { BindingRow } from "./filter-bindings.ts";

/** The rows that are picked for a change of several bindings. */
export interface Picked {
  /** Those of them that are shown. */
  readonly rows: readonly BindingRow[];
  has(id: number): boolean;
  /** Picks one, or no longer. */
  toggle(id: number): void;
  /** Picks all rows that are shown, or none. */
  all(picks: boolean): void;
}

/** Keeps which rows are picked. What filters hide is not changed, even if it was picked before. */
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
