import { equal } from "node:assert/strict";
import type { AuditUnit, Call, CounterDirectory } from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { type Opened, storeTests } from "./store-tests.js";

/** Counters as the handler `Counter` writes them and conditions read them. */
export interface TestedCounters extends CounterDirectory {
  add(name: string, by: number, call?: TestedCall): Promise<number> | number;
  decrease(
    name: string,
    options: { readonly by?: number; readonly allowNegative: boolean },
    call?: TestedCall,
  ): Promise<number> | number;
  reset(name: string, call?: TestedCall): Promise<number> | number;
}

type TestedCall = Pick<Call, "id">;

/** An empty store of counters, and a function that closes it. */
export type OpenedCounters = Opened<{
  readonly counters: TestedCounters;
  /** The audit sink whose units commit what a call changes; without it, changes of a call are committed immediately. */
  readonly audit?: { unit?(call?: TestedCall): AuditUnit } | undefined;
}>;

/** Returns the tests of a store of counters. `open` creates an empty store for each test. */
export function counterStoreTests(open: () => Promise<OpenedCounters> | OpenedCounters): readonly ConformanceTest[] {
  return storeTests(open, {
    "does not have a counter that was never created": async ({ counters }) => {
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
    "stops at zero unless negative values are allowed": async ({ counters }) => {
      await counters.add("c", 1);
      equal(await counters.decrease("c", { by: 3, allowNegative: false }), 0);
      equal(await counters.decrease("c", { by: 3, allowNegative: true }), -3);
      equal(await counters.decrease("c", { allowNegative: false }), 0, "a counter below zero must be set to zero");
    },
    "keeps counters apart, whatever their names": async ({ counters }) => {
      for (const name of ["a", "A", "ä", "__proto__", "constructor", "a'b%", "🙂"]) {
        equal(await counters.value(name), null, `${name} exists before it was created`);
        equal(await counters.add(name, 1), 1);
      }
      equal(await counters.value("a"), 1);
    },
    "shows a call its own changes, in order, and keeps them when the call ends, even if it is aborted": async (
      opened,
    ) => {
      const { counters, audit } = opened;
      for (const aborts of [false, true]) {
        const [name, call] = [`c ${aborts}`, { id: `call ${aborts}` }];
        await counters.add(name, 5);
        const unit = audit?.unit?.(call);
        equal(await counters.add(name, 1, call), 6);
        equal(await counters.decrease(name, { by: 9, allowNegative: false }, call), 0);
        equal(await counters.add(name, 3, call), 3);
        equal(await counters.value(name, call), 3);
        equal(await counters.reset(name, call), 0);
        equal(await counters.decrease(name, { allowNegative: true }, call), -1);
        equal(await counters.value(name, call), -1);
        equal(await counters.value(name), unit ? 5 : -1, "another call must see only what is committed");
        if (aborts) unit?.abort?.();
        await unit?.commit();
        equal(await counters.value(name), -1);
        equal(await counters.add(name, 1, call), 0, "a change after the call must be committed immediately");
        equal(await counters.value(name), 0);
      }
    },
    "adds up the changes of concurrent calls": async ({ counters, audit }) => {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const call = { id: `call ${index}` };
          const unit = audit?.unit?.(call);
          for (const name of index % 2 ? ["a", "b"] : ["b", "a"]) await counters.add(name, 1, call);
          await unit?.commit();
        }),
      );
      equal(await counters.value("a"), 20);
      equal(await counters.value("b"), 20);
    },
    "loses none of many concurrent changes": async ({ counters }) => {
      await Promise.all(Array.from({ length: 100 }, async () => counters.add("c", 1)));
      equal(await counters.value("c"), 100);
    },
  });
}
