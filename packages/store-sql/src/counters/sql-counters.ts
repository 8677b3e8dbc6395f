import type { Call, CounterDirectory, MaybePromise } from "@bookend/core";
import type { JoinableUnit } from "../audit/audit-unit.js";
import type { Database } from "../database.js";
import { writeRows } from "../run-statement.js";
import type { SharedWrite } from "../shared-write.js";
import { ask, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { writeTogether } from "../transact-together.js";
import { adding, type CounterChange, resetting, takingToZero, valueAfter } from "./counter-change.js";
import { counterReads } from "./counter-reads.js";
import { changesInOrder, PendingCounters } from "./pending-counters.js";
import { changeCounter, floorOf, listCounters, looksAtAllRows, readCounter, writeCounters } from "./write-counters.js";

/**
 * Event counters, from -9,007,199,254,740,991 to 9,007,199,254,740,991. A change creates a counter that does not exist,
 * and returns the new value: a promise of it, unless the change belongs to a call that knows the counter.
 *
 * Without a call, a change is committed immediately, and is atomic across all processes. Changes of a call whose
 * actions are audited by the same store are committed when the call ends, with its audit entries. Until then, only the
 * call itself sees them, on top of the values that were committed when it first changed each counter. If other calls
 * change the same counter in the meantime, the commit adds up the changes of all of them.
 */
export interface CounterTable extends CounterDirectory {
  /** Adds to a counter; `by` may be negative. */
  add(name: string, by: number, call?: Pick<Call, "id">): MaybePromise<number>;
  /**
   * Subtracts `by`, 1 by default. Without `allowNegative`, the result is never below zero.
   *
   * @throws {StoreError} COUNTER_OUT_OF_RANGE, PARAMETER_INVALID
   */
  decrease(
    name: string,
    options: { readonly by?: number; readonly allowNegative: boolean },
    call?: Pick<Call, "id">,
  ): MaybePromise<number>;
  /** Sets the counter to zero. */
  reset(name: string, call?: Pick<Call, "id">): MaybePromise<number>;
  /** Returns null if there is no such counter. */
  value(name: string, call?: Pick<Call, "id">): Promise<number | null>;
  /** Lists all counters by name, as committed. */
  list(): Promise<readonly { readonly name: string; readonly value: number }[]>;
  /** Immediately commits the changes that a call has made so far. */
  commit(call: Pick<Call, "id">): Promise<void>;
}

/**
 * Stores counters in a table with a row for each counter and node; the value of a counter is the sum of its rows.
 *
 * @param unitOf Returns the unit of a running call, which commits what the call changes.
 */
export function sqlCounters(
  database: Database<StoreSchema>,
  node: string,
  unitOf: (call: Pick<Call, "id">) => JoinableUnit | undefined,
): CounterTable {
  const { db, dialect } = database;
  const pendingOf = new WeakMap<JoinableUnit, PendingCounters>();
  const ofCalls: SharedWrite<PendingCounters> = {
    steps: (all) => writeCounters(dialect, node, changesInOrder(all.map(({ changes }) => changes))),
  };
  const reads = counterReads(database);

  const changeNow = async (name: string, change: CounterChange): Promise<number> => {
    valueAfter(change, name, (await reads.value(name)) ?? 0);
    const { by, sets } = change;
    const floor = floorOf(change);
    // on PostgreSQL, a single statement is atomic without a transaction
    if (dialect === "postgres" && !looksAtAllRows(change)) {
      return (await writeRows(database, changeCounter, { name, node, by, floor }))[0]?.total ?? 0;
    }
    return writeTogether(database, function* (): Steps<number> {
      if (dialect === "sqlite" && !sets) {
        return (yield* ask(changeCounter, { name, node, by, floor })).rows[0]?.total ?? 0;
      }
      yield* writeCounters(dialect, node, new Map([[name, change]]));
      return (yield* ask(readCounter, { name })).rows[0]?.value ?? 0;
    });
  };

  /**
   * Changes a counter. Not asynchronous: most changes of a call need no promise, which would take as long as the change
   * itself. An error is always a rejection.
   */
  const change = (
    name: string,
    changeOf: () => CounterChange,
    call: Pick<Call, "id"> | undefined,
  ): MaybePromise<number> => {
    try {
      const added = changeOf();
      const unit = call && unitOf(call);
      if (!unit) return changeNow(name, added);
      const begun = pendingOf.get(unit);
      const known = begun?.value(name);
      return begun && known !== undefined
        ? begun.add(name, added, known ?? 0)
        : firstChange(name, added, call, unit, begun);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  /** Changes a counter whose value the call does not know. */
  const firstChange = async (
    name: string,
    added: CounterChange,
    call: Pick<Call, "id">,
    unit: JoinableUnit,
    begun: PendingCounters | undefined,
  ): Promise<number> => {
    const values = begun ? new Map([[name, await reads.value(name)]]) : await reads.withCompanions(name);
    // the call may have ended in the meantime without waiting for its action
    if (unitOf(call) !== unit) return changeNow(name, added);
    let pending = pendingOf.get(unit);
    if (pending === undefined) {
      pending = new PendingCounters(name, values);
      pendingOf.set(unit, pending);
      unit.share(ofCalls, pending);
    } else reads.learn(pending.first, name);
    return pending.add(name, added, values.get(name) ?? 0);
  };

  return {
    add: (name, by, call) => change(name, () => adding(by), call),
    decrease: (name, { by = 1, allowNegative }, call) =>
      change(name, () => (allowNegative ? adding(-by) : takingToZero(by)), call),
    reset: (name, call) => change(name, () => resetting, call),
    async value(name, call) {
      const unit = call && unitOf(call);
      const known = unit && pendingOf.get(unit)?.value(name);
      return known === undefined ? reads.value(name) : known;
    },
    list: () => listCounters(db),
    async commit(call) {
      const unit = unitOf(call);
      const pending = unit && pendingOf.get(unit);
      if (!pending) return;
      const { changes, putBack } = pending.take();
      try {
        await writeTogether(database, () => writeCounters(dialect, node, changes));
      } catch (error) {
        putBack();
        throw error;
      }
    },
  };
}
