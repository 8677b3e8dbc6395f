import { type Kysely, sql } from "kysely";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { openDatabase, readRows, statement } from "./index.js";
import { PostgresReads } from "./postgres-reads.js";

const postgres = inject("postgres");
const skipped = "skip" in postgres;
const url = "skip" in postgres ? "" : postgres.url;

interface Process {
  readonly pid: number;
}

const pid = "select pg_backend_pid() as pid";

function openReads({ statementTimeoutMs = 5_000, acquireTimeoutMs = 5_000, readsInTurn = 1_000 } = {}): PostgresReads {
  const reads = new PostgresReads({ url, acquireTimeoutMs, statementTimeoutMs }, readsInTurn);
  onTestFinished(() => reads.close());
  return reads;
}

async function openOther() {
  const database = await openDatabase<object>({ url });
  onTestFinished(() => database.close());
  return database;
}

const pidsOf = (found: readonly (readonly unknown[] | undefined)[]) =>
  new Set(found.map((rows) => (rows?.[0] as Process | undefined)?.pid));

describe.skipIf(skipped)("short reads on PostgreSQL", () => {
  it("share one connection", async () => {
    const database = await openOther();
    const ownPid = statement(() => sql<Process>`select pg_backend_pid() as pid`);
    const found = await Promise.all([1, 2, 3, 4, 5].map(() => readRows(database, ownPid, {})));
    expect(pidsOf(found).size).toBe(1);
  });

  it("run elsewhere if 50 are running", async () => {
    const reads = openReads();
    const found = await Promise.all(Array.from({ length: 52 }, () => reads.rows(pid, [])));
    expect(found.map((rows) => rows?.length)).toEqual([...Array(50).fill(1), undefined, undefined]);
  });

  it("do not fail because another one fails", async () => {
    const reads = openReads();
    const found = await Promise.all([reads.rows(pid, []), reads.rows("select 1 / 0", []), reads.rows(pid, [])]);
    expect(found).toEqual([[{ pid: expect.any(Number) }], undefined, [{ pid: expect.any(Number) }]]);
  });

  it("run elsewhere if their connection breaks, and later ones use another", async () => {
    const reads = openReads();
    const { db } = await openOther();
    const [before] = [...pidsOf([await reads.rows(pid, [])])];
    const waiting = [reads.rows("select pg_sleep(60)", []), reads.rows(pid, [])];
    await sql`select pg_terminate_backend(${before})`.execute(db);
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    const [after] = [...pidsOf([await reads.rows(pid, [])])];
    expect(after).toEqual(expect.any(Number));
    expect(after).not.toBe(before);
  });

  it("change their connection after a number of reads, and keep the second until the first is free", async () => {
    const reads = openReads({ readsInTurn: 2 });
    const read = async (count: number) => Promise.all(Array.from({ length: count }, () => reads.rows(pid, [])));
    const found = await read(6);
    expect(pidsOf(found.slice(0, 2)).size).toBe(1);
    expect(pidsOf(found.slice(2)).size).toBe(1);
    expect(pidsOf(found).size).toBe(2);
    expect(pidsOf(await read(2)).size).toBe(1);
  });

  it("run elsewhere if they use a statement that an earlier one could not prepare", async () => {
    const reads = openReads({ statementTimeoutMs: 300 });
    const { db } = await openOther();
    const select = "select n from locked_for_reads";
    await sql`create table locked_for_reads (n int)`.execute(db);
    onTestFinished(async () => {
      await sql`drop table locked_for_reads`.execute(db);
    });
    // a statement is prepared when it is seen for the second time
    await reads.rows(select, []);
    await db.transaction().execute(async (trx: Kysely<object>) => {
      await sql`lock table locked_for_reads`.execute(trx);
      const [first, second] = [reads.rows(select, []), reads.rows(select, [])];
      expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
    });
    expect(await reads.rows(select, [])).toEqual([]);
  });

  it("do not wait for one that takes long, such as that of a locked table", async () => {
    // without its own connection in time, a read would wait longer than the test may
    const database = await openDatabase<object>({ url, statementTimeoutMs: 600_000 });
    onTestFinished(() => database.close());
    const { db } = await openOther();
    await sql`create table locked_for_long (n int)`.execute(db);
    onTestFinished(async () => {
      await sql`drop table locked_for_long`.execute(db);
    });
    const locked = statement(() => sql<object>`select n from locked_for_long`);
    const other = statement(() => sql<Process>`select pg_backend_pid() as pid`);
    for (let round = 0; round < 2; round++) {
      await Promise.all([readRows(database, locked, {}), readRows(database, other, {})]);
    }
    const waiting = await db.transaction().execute(async (trx: Kysely<object>) => {
      await sql`lock table locked_for_long`.execute(trx);
      const reads = [readRows(database, locked, {}), readRows(database, locked, {})];
      for (let round = 0; round < 3; round++) {
        const found = await Promise.all([1, 2, 3].map(() => readRows(database, other, {})));
        expect(pidsOf(found).has(undefined)).toBe(false);
      }
      return reads;
    });
    expect(await Promise.all(waiting)).toEqual([[], []]);
  });

  it("use the pool if they get no connection of their own", async () => {
    const { db } = await openOther();
    await sql`create role few_connections login connection limit 1`.execute(db);
    onTestFinished(async () => {
      await sql`drop role few_connections`.execute(db);
    });
    const limited = await openDatabase<object>({ url: url.replace(/user=[^&]+/, "user=few_connections"), poolSize: 1 });
    const one = statement(() => sql<{ one: number }>`select 1 as one`);
    expect(await readRows(limited, one, {})).toEqual([{ one: 1 }]);
    await limited.close();
  });

  it("that are running when the database is closed do not keep it from closing", async () => {
    const reads = openReads({ acquireTimeoutMs: 100, statementTimeoutMs: 100 });
    const running = [reads.rows("select pg_sleep(60)", []), reads.rows(pid, [])];
    await reads.close();
    expect(await Promise.all(running)).toEqual([undefined, undefined]);
  });

  it("cannot write", async () => {
    const database = await openOther();
    const write = statement(() => sql<never>`create table written_by_a_read (n int)`);
    await expect(readRows(database, write, {})).rejects.toThrow("read-only");
    const { rows } = await sql`select to_regclass('written_by_a_read') as found`.execute(database.db);
    expect(rows).toEqual([{ found: null }]);
  });
});
