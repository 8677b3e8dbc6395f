import { equal } from "node:assert/strict";
import type { CounterDirectory } from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { type Opened, storeTests } from "./store-tests.js";

/** Counters as the handler `Counter` writes them and conditions read them. */
export interface TestedCounters extends CounterDirectory {
  add(name: string, by: number): Promise<number> | number;
  decrease(name: string, options: { readonly by?: number; readonly allowNegative: boolean }): Promise<number> | number;
  reset(name: string): Promise<number> | number;
}

/** An empty store of counters, and a function that closes it. */
export type OpenedCounters = Opened<{ readonly counters: TestedCounters }>;

/** The tests of a store of counters. `open` creates an empty store for each test. */
export function counterStoreTests(open: () => Promise<OpenedCounters> | OpenedCounters): readonly ConformanceTest[] {
  return storeTests(open, {
    "has no counter that was never created": async ({ counters }) => {
      equal(await counters.value("c"), null);
    },
    "returns the new value of each change": async ({ counters }) => {
      equal(await counters.add("c", 5), 5);
      equal(await counters.add("c", -2), 3);
      equal(await counters.decrease("c", { allowNegative: false }), 2);
      equal(await counters.reset("c"), 0);
      equal(await counters.value("c"), 0);
    },
    "creates a counter with each kind of change": async ({ counters }) => {
      equal(await counters.reset("r"), 0);
      equal(await counters.value("r"), 0);
      equal(await counters.decrease("d", { allowNegative: false }), 0);
      equal(await counters.decrease("n", { allowNegative: true }), -1);
    },
    "stops at zero unless it may be negative": async ({ counters }) => {
      await counters.add("c", 1);
      equal(await counters.decrease("c", { by: 3, allowNegative: false }), 0);
      equal(await counters.decrease("c", { by: 3, allowNegative: true }), -3);
      equal(await counters.decrease("c", { allowNegative: false }), 0, "sets a counter below zero to zero");
    },
    "keeps counters apart, whatever their names": async ({ counters }) => {
      for (const name of ["a", "A", "ä", "__proto__", "constructor", "a'b%", "🙂"]) {
        equal(await counters.value(name), null, `${name} exists before it was created`);
        equal(await counters.add(name, 1), 1);
      }
      equal(await counters.value("a"), 1);
    },
    "loses none of many concurrent changes": async ({ counters }) => {
      await Promise.all(Array.from({ length: 100 }, async () => counters.add("c", 1)));
      equal(await counters.value("c"), 100);
    },
  });
}
