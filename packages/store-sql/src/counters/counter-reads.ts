import type { Database } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import { readRows } from "../run-statement.js";
import type { StoreSchema } from "../store-schema.js";
import { readCounter, readCounters } from "./write-counters.js";

/** Maximum number of counters whose companions are remembered. */
const mostKnown = 1_000;

/** Maximum number of companions that are remembered for a counter. */
const mostTogether = 50;

/** Reads the committed values of counters for calls. */
export interface CounterReads {
  /** Returns the value of a counter; null if there is no such counter. */
  value(name: string): Promise<number | null>;
  /**
   * Returns the values of a counter and of its companions: the counters that earlier calls changed after it. Most calls
   * of an event change the same counters, so one statement can read them all. The value of a counter that does not
   * exist is null.
   */
  withCompanions(name: string): Promise<ReadonlyMap<string, number | null>>;
  /** Records that a call whose first changed counter is `first` also changed `name`. */
  learn(first: string, name: string): void;
}

/** Creates the `CounterReads` of a store. */
export function counterReads(database: Database<StoreSchema>): CounterReads {
  const companions = new Map<string, Set<string>>();
  const value = async (name: string) => (await readRows(database, readCounter, { name }))[0]?.value ?? null;
  return {
    value,
    async withCompanions(name) {
      const known = companions.get(name);
      if (known === undefined) return new Map([[name, await value(name)]]);
      const names = [name, ...known];
      const values = new Map<string, number | null>(names.map((one) => [one, null]));
      const [row] = await readRows(database, readCounters, { names: jsonParameter(names) });
      const found: Readonly<Record<string, number>> = JSON.parse(row?.counters ?? "{}");
      for (const [one, value] of Object.entries(found)) values.set(one, value);
      return values;
    },
    learn(first, name) {
      let known = companions.get(first);
      if (known === undefined) {
        known = new Set();
        companions.set(first, known);
        const [oldest] = companions.keys();
        if (companions.size > mostKnown && oldest !== undefined) companions.delete(oldest);
      }
      if (known.size < mostTogether) known.add(name);
    },
  };
}
