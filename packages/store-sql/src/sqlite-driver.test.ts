import { turnsDuring } from "@bookend/test-kit";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { type DatabaseOptions, openDatabase } from "./index.js";

async function opened(options: Partial<DatabaseOptions> = {}) {
  const { db, close } = await openDatabase<object>({ url: "sqlite::memory:", ...options });
  onTestFinished(close);
  return db;
}

it("yields to the event loop while many queries run", async () => {
  const db = await opened();
  const query = () => sql`select ${1} as one`.execute(db);
  expect(await turnsDuring(() => Promise.all(Array.from({ length: 50_000 }, query)))).toBeGreaterThan(3);
  const chain = async () => {
    for (let count = 0; count < 50_000; count++) await query();
  };
  expect(await turnsDuring(chain)).toBeGreaterThan(3);
});

it("yields to the event loop within a transaction", async () => {
  const db = await opened();
  const transaction = () =>
    db.transaction().execute(async (trx) => {
      for (let count = 0; count < 50_000; count++) await sql`select ${1} as one`.execute(trx);
    });
  expect(await turnsDuring(transaction)).toBeGreaterThan(3);
});

it("does not let a query wait forever for the transaction that it is in", async () => {
  const db = await opened({ acquireTimeoutMs: 20 });
  const stuck = db.transaction().execute(() => sql`select 1`.execute(db));
  await expect(stuck).rejects.toMatchObject({
    code: "DATABASE_TIMEOUT",
    message: expect.stringContaining("a query inside a transaction does not go through that transaction"),
  });
  await expect(sql`select 1`.execute(db)).resolves.toBeDefined();
});

it("closes when running work has ended, and refuses other work, since libsql ends the process if a closed database is used", async () => {
  const { db, close } = await openDatabase<object>({ url: "sqlite::memory:" });
  await sql`create table note (id integer)`.execute(db);
  const written = db.transaction().execute(async (trx) => {
    // each query yields to the event loop, and the database is closed in the meantime
    for (let count = 0; count < 3; count++) {
      await new Promise(setImmediate);
      await sql`insert into note values (${count})`.execute(trx);
    }
    return (await sql`select id from note`.execute(trx)).rows;
  });
  const waiting = Promise.allSettled(Array.from({ length: 100 }, () => sql`select id from note`.execute(db)));
  await new Promise(setImmediate);
  await close();
  expect(await written).toHaveLength(3);
  const codes = (await waiting).map((one) => one.status === "rejected" && one.reason.code);
  expect(new Set(codes)).toEqual(new Set(["STORE_CLOSED"]));
});

it("does not wait for a transaction that does not end: it is rolled back, and its queries are refused", async () => {
  const { db, close } = await openDatabase<object>({ url: "sqlite::memory:", acquireTimeoutMs: 20 });
  let goOn: (() => void) | undefined;
  const stuck = db.transaction().execute(async (trx) => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    return sql`select 1`.execute(trx);
  });
  await new Promise(setImmediate);
  await close();
  goOn?.();
  await expect(stuck).rejects.toMatchObject({ code: "STORE_CLOSED" });
});
