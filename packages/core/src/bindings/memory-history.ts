import type { Binding } from "../contracts/binding.js";
import type { BindingChange, ChangeOrigin } from "../contracts/binding-store.js";
import {
  type BindingHistory,
  type HistoryChange,
  type HistoryEntry,
  type HistoryLimits,
  shownChanges,
} from "../contracts/history.js";

/** A history in memory, with the method that writes it. */
export interface MemoryHistory extends BindingHistory {
  add(changes: readonly HistoryChange[], origin: ChangeOrigin): void;
}

const dayMs = 86_400_000;

/** Keeps the history of bindings in memory. */
export function memoryHistory(
  { entries: mostEntries = 10_000, changes: mostChanges = 100_000, days = 730 }: HistoryLimits,
  clock: () => Date,
): MemoryHistory {
  const kept: HistoryEntry[] = [];
  let lastEntry = 0;
  let changes = 0;
  const dropOldest = () => {
    changes -= kept.shift()?.count ?? 0;
  };
  return {
    add(bindings, origin) {
      const { operation = operationOf(bindings), actor, client } = origin;
      lastEntry += 1;
      const time = clock();
      kept.push({ entry: lastEntry, time, operation, actor, client, count: bindings.length, bindings });
      changes += bindings.length;
      while (kept.length > 1 && (kept.length > mostEntries || changes > mostChanges)) dropOldest();
      while (kept[0] && kept[0].time.getTime() < time.getTime() - days * dayMs) dropOldest();
    },
    page({ binding, page, pageSize }) {
      const found: HistoryEntry[] = [];
      let count = 0;
      for (let index = kept.length - 1; index >= 0; index--) {
        const entry = kept[index] as HistoryEntry;
        const shown =
          binding === undefined
            ? entry.bindings.slice(0, shownChanges)
            : entry.bindings.filter(({ id }) => id === binding);
        if (binding !== undefined && shown.length === 0) continue;
        count += 1;
        if (count > (page - 1) * pageSize && count <= page * pageSize) found.push({ ...entry, bindings: shown });
      }
      return { entries: found, count };
    },
    change: (entry, binding) => kept.find((one) => one.entry === entry)?.bindings.find(({ id }) => id === binding),
  };
}

/** Returns the `operation` of a change whose origin does not name one. For use by stores. */
export function operationOf(changes: readonly Pick<HistoryChange, "before" | "after">[]): string {
  const [only] = changes;
  if (!only || changes.length > 1) return "bulk";
  if (only.before === null) return "create";
  return only.after === null ? "delete" : "change";
}

/** Returns the effects of changes, given the bindings before and after. */
export function historyChanges(
  changes: readonly BindingChange[],
  before: ReadonlyMap<number, Binding>,
  written: ReadonlyMap<BindingChange, Binding>,
): readonly HistoryChange[] {
  return changes.flatMap((change) => {
    const after = written.get(change) ?? null;
    const id = after?.id ?? (change.kind === "insert" ? undefined : change.id);
    if (id === undefined) return [];
    const was = change.kind === "insert" ? null : (before.get(id) ?? null);
    return [{ id, name: (after ?? was)?.name ?? "", before: was, after }];
  });
}
