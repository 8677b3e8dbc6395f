import { setImmediate as setImmediateOnce } from "node:timers";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { type DatabaseOptions, openDatabase } from "./index.js";

/** Returns a query that makes the database count to a number, which takes a while. */
const counting = (to: number) =>
  sql<{
    n: number;
  }>`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${sql.lit(to)})
    select count(*) as n from counted`;

describeEachDatabase("the reader of a database", ({ dialect, freshUrl }) => {
  const opened = async (options: Partial<DatabaseOptions> = {}) => {
    const database = await openDatabase<object>({ url: await freshUrl(), ...options });
    onTestFinished(() => database.close());
    await sql`create table fruit (id bigint primary key, name text)`.execute(database.db);
    await sql`insert into fruit values (1, 'apple'), (2, null), (3, 'pear')`.execute(database.db);
    return database;
  };

  it("sees committed data, in the order of its queries", async () => {
    const { db, reader } = await opened();
    const { rows } = await sql`select id, name from fruit order by id desc limit ${2}`.execute(reader);
    expect(rows).toEqual([
      { id: 3, name: "pear" },
      { id: 2, name: null },
    ]);
    await db.transaction().execute(async (trx) => {
      await sql`delete from fruit`.execute(trx);
      const seen = await sql`select id from fruit`.execute(reader);
      expect(seen.rows).toHaveLength(3);
    });
    expect((await sql`select id from fruit`.execute(reader)).rows).toEqual([]);
  });

  it("repeats statements with other values, after failures and with changed tables", async () => {
    const { db, reader } = await opened();
    const numbers = async (to: number) => {
      const { rows } = await sql<{
        n: number;
      }>`with recursive counted(n) as (select cast(${1} as integer) union all select n + 1 from counted where n < ${to})
        select n, 1000 / (${1_001} - n) as part from counted`.execute(reader);
      return rows.map(({ n }) => n);
    };
    for (const to of [3, 100, 1, 200, 1_002, 100]) {
      const found = numbers(to);
      if (dialect === "postgres" && to > 1_000) await expect(found).rejects.toThrow(/division by zero/);
      else expect(await found).toEqual(Array.from({ length: to }, (_, index) => index + 1));
    }
    const all = () => sql`select * from fruit where id = ${1}`.execute(reader);
    // once on each connection
    await Promise.all([all(), all()]);
    await sql`alter table fruit add column colour text default 'red'`.execute(db);
    for (const { rows } of await Promise.all([all(), all(), all()])) {
      expect(rows).toEqual([{ id: 1, name: "apple", colour: "red" }]);
    }
  });

  it.runIf(dialect === "sqlite")("keeps few prepared statements, and none with many parameters", async () => {
    const { reader } = await opened();
    const numbers = (to: number) => sql.join(Array.from({ length: to }, (_, index) => index));
    for (let n = 0; n < 200; n++) await sql`select * from fruit where id <> ${sql.lit(n)}`.execute(reader);
    for (let to = 5; to < 40; to++) await sql`select * from fruit where id in (${numbers(to)})`.execute(reader);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // libsql frees a statement when its object is collected, after which a callback runs
    for (let round = 0; round < 3; round++) {
      collect();
      await setImmediate();
    }
    const { rows } = await sql<{ text: string }>`select sql as text from sqlite_stmt`.execute(reader);
    expect(rows.length).toBeGreaterThanOrEqual(50);
    expect(rows.length).toBeLessThanOrEqual(52);
    const parameters = rows.map(({ text }) => text.split("?").length - 1);
    expect(Math.max(...parameters)).toBe(30);
  });

  it.runIf(dialect === "sqlite")("lets other work run while it receives many rows", async () => {
    const { reader } = await opened();
    const columns = Array.from({ length: 20 }, (_, index) => `'text ${index}' as c${index}`).join(", ");
    const many = sql`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 20000)
      select n, ${sql.raw(columns)} from counted`;
    // the processor time of this process, since other programs can delay each turn
    const spent = () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    };
    const began = spent();
    let last = began;
    let longest = 0;
    let isEnded = false;
    const turn = () => {
      const now = spent();
      longest = Math.max(longest, now - last);
      last = now;
      if (!isEnded) setImmediateOnce(turn);
    };
    setImmediateOnce(turn);
    const { rows } = await many.execute(reader);
    isEnded = true;
    turn();
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toMatchObject({ n: 20_000, c19: "text 19" });
    expect(longest).toBeLessThan((spent() - began) / 3);
  });

  it("refuses to write", async () => {
    const { reader } = await opened();
    await expect(sql`delete from fruit`.execute(reader)).rejects.toThrow(/read-?only/i);
    expect((await sql`select id from fruit`.execute(reader)).rows).toHaveLength(3);
  });

  it("uses only one core of PostgreSQL, and compiles no statement", async () => {
    const { reader } = await opened();
    if (dialect === "sqlite") return;
    const { rows } =
      await sql`select current_setting('max_parallel_workers_per_gather') as workers, current_setting('jit') as jit`.execute(
        reader,
      );
    expect(rows).toEqual([{ workers: "0", jit: "off" }]);
  });

  it("cancels statements that take too long, and continues", async () => {
    const { reader } = await opened({ readTimeoutMs: 100 });
    await expect(counting(1_000_000_000).execute(reader)).rejects.toMatchObject({ code: "STATEMENT_TIMEOUT" });
    for (let again = 0; again < 3; again++) {
      expect((await sql`select id from fruit`.execute(reader)).rows).toHaveLength(3);
    }
  });

  it("blocks neither the event loop, nor writes, nor other reads", async () => {
    const { db, reader } = await opened({ readTimeoutMs: 60_000 });
    let ended = false;
    const long = counting(3_000_000)
      .execute(reader)
      .then(({ rows }) => {
        ended = true;
        return rows;
      });
    await sql`insert into fruit values (4, 'plum')`.execute(db);
    const other = await sql`select id from fruit`.execute(reader);
    expect({ ended, rows: other.rows.length }).toEqual({ ended: false, rows: 4 });
    expect(await long).toEqual([{ n: 3_000_000 }]);
  });

  it.runIf(dialect === "sqlite")(
    "does not block writes when every reading connection of three databases is busy",
    async () => {
      const databases = await Promise.all(Array.from({ length: 3 }, () => opened({ readTimeoutMs: 20_000 })));
      let ended = 0;
      const reads = databases.flatMap(({ reader }) =>
        ["first", "second"].map(async () => {
          await counting(10_000_000_000)
            .execute(reader)
            .catch(() => undefined);
          ended += 1;
        }),
      );
      // the statements of all reads begin during the first of these writes
      for (let id = 4; id < 14; id++) {
        for (const { db } of databases) await sql`insert into fruit values (${id}, 'plum')`.execute(db);
      }
      expect(ended).toBe(0);
      await Promise.all([...databases.map((database) => database.close()), ...reads]);
    },
  );

  it("is closed with the database: on SQLite, that interrupts a read; on PostgreSQL, the read has ended before", async () => {
    // the time limit ends the read on PostgreSQL
    const readTimeoutMs = dialect === "postgres" ? 300 : 60_000;
    const database = await openDatabase<object>({ url: await freshUrl(), readTimeoutMs });
    const long = counting(1_000_000_000).execute(database.reader);
    const failed = expect(long).rejects.toThrow();
    await sql`select 1`.execute(database.reader);
    if (dialect === "sqlite") await database.close();
    await failed;
    if (dialect === "postgres") await database.close();
  });

  it("is closed during a statement that was run before", async () => {
    if (dialect === "postgres") return;
    const database = await openDatabase<object>({ url: await freshUrl(), readTimeoutMs: 60_000 });
    const counted = (to: number) =>
      sql`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${to})
        select count(*) from counted`.execute(database.reader);
    await counted(1);
    const failed = expect(counted(1_000_000_000)).rejects.toMatchObject({ code: "STORE_CLOSED" });
    // in the same turn of the event loop, when the statement has not begun on its thread
    await Promise.resolve();
    await database.close();
    await failed;
  });
});
