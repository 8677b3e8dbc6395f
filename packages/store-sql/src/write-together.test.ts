import { deferred } from "@bookend/test-kit";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import Libsql from "libsql/promise";
import { afterEach, expect, it, vi } from "vitest";
import {
  ask,
  type Database,
  type Kysely,
  openDatabase,
  readRows,
  type Steps,
  sql,
  statement,
  transactTogether,
  writeRows,
  writeTogether,
} from "./index.js";
import { runLate } from "./steps.js";

interface Schema {
  readonly pair: { readonly name: string; readonly value: number };
}

interface Pair {
  readonly name: string;
  readonly value: number;
}

const insertPair = statement((db: Kysely<Schema>, { name, value }: Pair) =>
  db.insertInto("pair").values({ name, value }),
);

const findPair = statement((db: Kysely<Schema>, { name }: { readonly name: string }) =>
  db.selectFrom("pair").select(["name", "value"]).where("name", "=", name),
);

const setPair = statement((db: Kysely<Schema>, { name, value }: Pair) =>
  db.updateTable("pair").set({ value }).where("name", "=", name).returning("value"),
);

describeEachDatabase("statements that are compiled once", ({ freshUrl, dialect }) => {
  const open: Database<Schema>[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const database of open.splice(0)) await database.close();
  });
  const prepared = async (): Promise<Database<Schema>> => {
    const database = await openDatabase<Schema>({ url: await freshUrl() });
    open.push(database);
    await sql`create table pair (name varchar(20) primary key, value integer not null)`.execute(database.db);
    return database;
  };
  function* inserted(name: string, value = 0): Steps<string> {
    yield* ask(insertPair, { name, value });
    return name;
  }
  const insert = (database: Database<Schema>, name: string, value = 0) =>
    writeTogether(database, () => inserted(name, value), { random: () => 0 });
  const names = async ({ db }: Database<Schema>) =>
    (await db.selectFrom("pair").select("name").orderBy("name").execute()).map(({ name }) => name);

  it("run with different values each time", async () => {
    const database = await prepared();
    await insert(database, "a", 1);
    await insert(database, "b", 2);
    expect(await readRows(database, findPair, { name: "a" })).toEqual([{ name: "a", value: 1 }]);
    expect(await readRows(database, findPair, { name: "b" })).toEqual([{ name: "b", value: 2 }]);
    expect(await readRows(database, findPair, { name: "c" })).toEqual([]);
    expect(await writeRows(database, setPair, { name: "a", value: 3 })).toEqual([{ value: 3 }]);
    expect(await readRows(database, findPair, { name: "a" })).toEqual([{ name: "a", value: 3 }]);
    const outcome = await writeTogether(database, () => ask(insertPair, { name: "c", value: 4 }));
    expect(outcome).toMatchObject({ rows: [], changes: 1 });
  });

  it("cannot be built from values that are not named one by one", async () => {
    const database = await prepared();
    const careless = statement((db: Kysely<Schema>, { ...pair }: Pair) => db.insertInto("pair").values(pair));
    const refused = writeTogether(database, () => ask(careless, { name: "a", value: 1 }));
    await expect(refused).rejects.toThrow("name each of them");
  });

  it("give each write its own result, and a write that fails halfway leaves nothing behind and affects no other", async () => {
    const database = await prepared();
    const refused = writeTogether(database, function* () {
      yield* ask(insertPair, { name: "half", value: 1 });
      throw new RangeError("no");
    });
    const early = writeTogether(database, function* () {
      const { rows } = yield* ask(findPair, { name: "nobody" });
      throw new RangeError(`${rows.length} rows`);
    });
    const ends = await Promise.allSettled([
      insert(database, "a"),
      refused,
      early,
      insert(database, "a"),
      insert(database, "b"),
      transactTogether(database, async (trx) => {
        await trx.insertInto("pair").values({ name: "c", value: 1 }).execute();
        return "c";
      }),
    ]);
    expect(ends[1]).toMatchObject({ reason: { name: "RangeError", message: "no" } });
    expect(ends[2]).toMatchObject({ reason: { name: "RangeError", message: "0 rows" } });
    expect(ends.slice(4)).toMatchObject([{ value: "b" }, { value: "c" }]);
    // on PostgreSQL, either may come first
    const [one, other] = [ends[0], ends[3]].sort(
      (a, b) => Number(a?.status === "rejected") - Number(b?.status === "rejected"),
    );
    expect([one, other]).toMatchObject([{ value: "a" }, { reason: { code: "CONSTRAINT_VIOLATED" } }]);
    expect(await names(database)).toEqual(["a", "b", "c"]);
  });

  it("add text that runs late: with the commit on SQLite, and if it fails, so does its write, but no other", async () => {
    const database = await prepared();
    function* late(name: string): Steps<number> {
      yield* ask(insertPair, { name, value: 0 });
      yield* runLate(`insert into pair (name, value) values ('${name} late', 1), ('shared', 2)`);
      return (yield* ask(findPair, { name: `${name} late` })).rows.length;
    }
    const isSqlite = dialect === "sqlite";
    expect(await writeTogether(database, () => late("a"))).toBe(isSqlite ? 0 : 1);
    expect(await names(database)).toEqual(["a", "a late", "shared"]);

    await database.db.deleteFrom("pair").execute();
    const ends = await Promise.allSettled([
      insert(database, "b"),
      ...["c", "d"].map((name) => writeTogether(database, () => late(name), { random: () => 0 })),
      insert(database, "e"),
    ]);
    // both want to insert the shared name, and on PostgreSQL either may come first
    const [won, lost] = ends[1]?.status === "fulfilled" ? ["c", ends[2]] : ["d", ends[1]];
    expect(lost).toMatchObject({ reason: { code: "CONSTRAINT_VIOLATED" } });
    expect(await names(database)).toEqual(["b", won, `${won} late`, "e", "shared"].sort());

    await database.db.deleteFrom("pair").execute();
    const refused = writeTogether(database, function* () {
      yield* ask(insertPair, { name: "refused", value: 0 });
      yield* runLate("insert into pair (name, value) values ('no value', null)");
    });
    const [broken, sound] = await Promise.allSettled([refused, insert(database, "sound")]);
    expect([broken.status, sound.status]).toEqual(["rejected", "fulfilled"]);
    expect(await names(database)).toEqual(["sound"]);

    await database.db.deleteFrom("pair").execute();
    const abandoned = writeTogether(database, function* () {
      yield* runLate("insert into pair (name, value) values ('abandoned', 1)");
      throw new RangeError("no");
    });
    await Promise.allSettled([abandoned, insert(database, "f")]);
    expect(await names(database)).toEqual(["f"]);
  });

  it.runIf(dialect === "sqlite")(
    "are committed completely if the database is closed during the commit, which a rollback would cut in two",
    async () => {
      const url = await freshUrl();
      const database = await openDatabase<Schema>({ url, acquireTimeoutMs: 1 });
      await sql`create table pair (name varchar(20) primary key, value integer not null)`.execute(database.db);
      const begun = deferred<void>();
      const goOn = deferred<void>();
      const exec = Libsql.prototype.exec;
      vi.spyOn(Libsql.prototype, "exec").mockImplementation(async function (this: Libsql, text) {
        begun.resolve();
        await goOn.promise;
        return exec.call(this, text);
      });
      const write = writeTogether(database, function* () {
        yield* ask(insertPair, { name: "first", value: 0 });
        yield* runLate("insert into pair (name, value) values ('late', 1)");
        return "written";
      });
      await begun.promise;
      await database.close();
      goOn.resolve();
      expect(await write).toBe("written");
      const again = await openDatabase<Schema>({ url });
      open.push(again);
      expect(await names(again)).toEqual(["first", "late"]);
    },
  );

  it("read committed data, and do not wait for a transaction", async () => {
    const database = await prepared();
    await insert(database, "a", 1);
    const written = deferred<void>();
    const end = deferred<void>();
    const transaction = database.db.transaction().execute(async (trx) => {
      await trx.updateTable("pair").set({ value: 2 }).execute();
      written.resolve();
      await end.promise;
    });
    await written.promise;
    expect(await readRows(database, findPair, { name: "a" })).toEqual([{ name: "a", value: 1 }]);
    end.resolve();
    await transaction;
    expect(await readRows(database, findPair, { name: "a" })).toEqual([{ name: "a", value: 2 }]);
  });

  it.runIf(dialect === "sqlite")("share a commit, and all of them fail with it", async () => {
    const database = await prepared();
    const exec = Libsql.prototype.exec;
    let commits = 0;
    let isFull = false;
    vi.spyOn(Libsql.prototype, "exec").mockImplementation(function (this: Libsql, text) {
      if (text === "commit") commits += 1;
      if (text === "commit" && isFull) {
        return Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" }));
      }
      return exec.call(this, text);
    });
    await Promise.all(Array.from({ length: 50 }, (_, index) => insert(database, `n${index}`)));
    expect(commits).toBe(1);
    isFull = true;
    const ends = await Promise.allSettled([insert(database, "a"), insert(database, "b")]);
    expect(ends).toMatchObject(Array(2).fill({ reason: { code: "DATABASE_UNAVAILABLE" } }));
    isFull = false;
    await insert(database, "c");
    expect(await names(database)).toHaveLength(51);
  });

  it.runIf(dialect === "sqlite")("are refused within a shared write, whose end they would wait for", async () => {
    const database = await prepared();
    const nested = transactTogether(database, () => insert(database, "inner"));
    await expect(nested).rejects.toMatchObject({ code: "TRANSACTION_NESTED" });
    expect(await names(database)).toEqual([]);
  });

  it.runIf(dialect === "sqlite")("work in memory, and end when the database is closed", async () => {
    const database = await openDatabase<Schema>({ url: "sqlite::memory:" });
    await sql`create table pair (name varchar(20) primary key, value integer not null)`.execute(database.db);
    await insert(database, "a", 1);
    expect(await readRows(database, findPair, { name: "a" })).toEqual([{ name: "a", value: 1 }]);
    await database.close();
    await expect(insert(database, "b")).rejects.toMatchObject({ code: "STORE_CLOSED" });
    const file = await prepared();
    await readRows(file, findPair, { name: "a" });
    await file.close();
    await expect(readRows(file, findPair, { name: "a" })).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});
