import { describeEachDatabase } from "@bookend/test-kit/databases";
import type { CompiledQuery, Kysely, QueryExecutor } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { lockDeliveries } from "../../test/outbox/lock-deliveries.js";
import { noteOf } from "../../test/outbox/test-outbox.js";
import { type Database, openDatabase } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { rowOf } from "./delivery-row.js";
import { outboxDefaults } from "./outbox-options.js";
import type { EndedTry } from "./settlement.js";
import { deliverySweeps } from "./sweep.js";
import { createSweeper } from "./sweeper.js";

/** Returns the same database. Statements outside transactions are recorded, and transactions are counted. */
function watched(target: object, statements: string[]): object {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (name === "executeQuery") statements.push((given[0] as CompiledQuery).sql.trim());
        if (name === "transaction") statements.push("begin");
        const result: unknown = Reflect.apply(value, target, given);
        return name === "getExecutor" ? watched(result as QueryExecutor, statements) : result;
      };
    },
  });
}

const unexpected = async () => {
  throw new Error("there is nothing to end");
};

/** Creates a sweeper of a process without claims. */
function sweeperOf(
  database: Database<StoreSchema>,
  numbers: { readonly leaseMs: number; readonly pollMs: number },
  { now = Date.now, taken = unexpected }: { now?: () => number; taken?: (one: EndedTry) => Promise<void> } = {},
) {
  return createSweeper({
    sweeps: deliverySweeps(database),
    outcomes: { end: unexpected },
    settler: { add: taken },
    tries: { held: () => [] },
    kinds: new Map(),
    owner: "test:1:1",
    numbers: { ...outboxDefaults, ...numbers },
    time: { now, read: async () => undefined },
    isInjected: true,
    failed: (error) => {
      throw error;
    },
    isClosing: () => false,
  });
}

async function passed(ms: number): Promise<void> {
  const since = performance.now();
  await expect.poll(() => performance.now() - since, { timeout: 10_000, interval: 5 }).toBeGreaterThan(ms);
}

/** Stores a delivery that another process is sending. */
async function sending({ db }: Database<StoreSchema>, lease: number): Promise<void> {
  const now = Date.now();
  const row = rowOf(noteOf("dlv_1", { createdAt: new Date(now) }), "x.x", { maxAgeMs: 600_000, now, aheadMs: 0 });
  const claim = { state: "sending", attempt: 1, owner: "other:1:1", lease } as const;
  await db
    .insertInto("bookend_delivery")
    .values({ ...row, ...claim })
    .execute();
}

describeEachDatabase("a sweep", ({ freshUrl }) => {
  it("only reads once if nothing is being sent and nothing is too old", async () => {
    const { database } = await openTestStore(await freshUrl());
    const now = Date.now();
    const waiting = rowOf(noteOf("dlv_1", { createdAt: new Date(now) }), "x.x", { maxAgeMs: 60_000, now, aheadMs: 0 });
    await database.db.insertInto("bookend_delivery").values(waiting).execute();
    const statements: string[] = [];
    const db = watched(database.db, statements) as Kysely<StoreSchema>;
    // sweeps follow each other immediately
    const { sweep, ended } = sweeperOf({ ...database, db }, { leaseMs: 0, pollMs: 60_000 }, { now: () => now });
    await sweep();
    // the first one removes expired deliveries
    await ended();
    statements.length = 0;
    await sweep();
    expect(statements).toEqual([expect.stringMatching(/^select /)]);
  });

  it("does not succeed while it cannot write, so it takes over nothing from processes that could not renew their leases", async () => {
    const url = await freshUrl();
    await openTestStore(url);
    const patience = { statementTimeoutMs: 200, busyTimeoutMs: 200, acquireTimeoutMs: 200 };
    const database = await openDatabase<StoreSchema>({ url, ...patience });
    onTestFinished(() => database.close());
    const taken: EndedTry[] = [];
    const leaseMs = 200;
    const { sweep, ended } = sweeperOf(
      database,
      { leaseMs, pollMs: 5 },
      { taken: async (one) => void taken.push(one) },
    );
    await sending(database, Date.now() + 10_000);
    await sweep();
    await ended();
    // a sweep that follows sooner does nothing
    await passed(leaseMs / 2);
    const unlock = await lockDeliveries(url);
    // each waits longer than the maximum between two sweeps
    for (let count = 0; count < 5; count += 1)
      await expect(sweep()).rejects.toMatchObject({ code: expect.stringMatching(/_TIMEOUT$/) });
    const last = sweep();
    await unlock();
    await last;
    await database.db.updateTable("bookend_delivery").set({ lease: 1 }).execute();
    expect(taken).toEqual([]);
    await expect.poll(() => sweep().then(() => taken.length), { timeout: 10_000, interval: 10 }).toBe(1);
  });

  it("that takes too long counts as an interruption", async () => {
    const url = await freshUrl();
    const { database } = await openTestStore(url);
    const taken: EndedTry[] = [];
    let time = Date.now();
    const options = { now: () => time, taken: async (one: EndedTry) => void taken.push(one) };
    const leaseMs = 400;
    const { sweep, ended } = sweeperOf(database, { leaseMs, pollMs: 5 }, options);
    await sending(database, time + 100);
    await sweep();
    await ended();
    await passed(leaseMs / 2);
    const unlock = await lockDeliveries(url);
    const waiting = sweep();
    // longer than the maximum between two sweeps; the lease expires in the meantime
    await passed(leaseMs);
    time += 1_000;
    await unlock();
    await waiting;
    await sweep();
    expect(taken).toEqual([]);
    await expect.poll(() => sweep().then(() => taken.length), { timeout: 10_000, interval: 10 }).toBe(1);
  });
});
