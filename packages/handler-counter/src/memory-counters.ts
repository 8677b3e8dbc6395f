import type { CounterDirectory } from "@bookend/core";
import type { CounterStore } from "./counter-store.js";

/**
 * Creates a store that keeps counters in memory, for tests and to get started. Pass the same object as
 * `directories.counters`, so that bindings can use the condition `counter`.
 */
export function memoryCounters(initial: Readonly<Record<string, number>> = {}): CounterStore & CounterDirectory {
  const values = new Map(Object.entries(initial));
  const put = (name: string, value: number) => {
    values.set(name, value);
    return value;
  };
  const add = (name: string, by: number) => put(name, (values.get(name) ?? 0) + by);
  return {
    value: (name) => values.get(name) ?? null,
    add,
    decrease(name, { by = 1, allowNegative }) {
      return allowNegative ? add(name, -by) : put(name, Math.max(0, (values.get(name) ?? 0) - by));
    },
    reset: (name) => put(name, 0),
  };
}
