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
  /** The reads that can be shared, by the names that they read. */
  const current = new Map<string, Promise<readonly { readonly counters: string | null }[]>>();
  /**
   * Reads counters. Calls that continue together, such as those whose changes were committed together, share one read:
   * until the microtasks that are queued now have run, nobody can have learned of a later commit.
   */
  const readTogether = (names: string) => {
    const known = current.get(names);
    if (known !== undefined) return known;
    if (current.size === 0) process.nextTick(() => current.clear());
    const reading = readRows(database, readCounters, { names });
    current.set(names, reading);
    return reading;
  };
  const value = async (name: string) => (await readRows(database, readCounter, { name }))[0]?.value ?? null;
  return {
    value,
    async withCompanions(name) {
      const known = companions.get(name);
      if (known === undefined) return new Map([[name, await value(name)]]);
      const names = [name, ...known];
      const values = new Map<string, number | null>(names.map((one) => [one, null]));
      const [row] = await readTogether(jsonParameter(names));
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
