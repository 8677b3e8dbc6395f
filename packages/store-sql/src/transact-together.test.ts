import { deferred } from "@bookend/test-kit";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import Libsql from "libsql/promise";
import { afterEach, expect, it, vi } from "vitest";
import { type Database, openDatabase, sql, transactTogether } from "./index.js";

interface Schema {
  readonly pair: { readonly name: string; readonly value: number };
}

describeEachDatabase("transactTogether", ({ freshUrl, dialect }) => {
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
  const insert = (database: Database<Schema>, name: string, value = 0) =>
    transactTogether(
      database,
      async (trx) => {
        await trx.insertInto("pair").values({ name, value }).execute();
        return name;
      },
      { random: () => 0 },
    );
  const names = async ({ db }: Database<Schema>) =>
    (await db.selectFrom("pair").select("name").orderBy("name").execute()).map(({ name }) => name);

  it("gives each write its own result, and a write that throws leaves nothing behind and affects no other", async () => {
    const database = await prepared();
    const refused = transactTogether(database, async (trx) => {
      await trx.insertInto("pair").values({ name: "half", value: 1 }).execute();
      throw new RangeError("no");
    });
    const ends = await Promise.allSettled([
      insert(database, "a"),
      refused,
      insert(database, "a"),
      insert(database, "b"),
    ]);
    expect(ends[1]).toMatchObject({ reason: { name: "RangeError", message: "no" } });
    expect(ends[3]).toMatchObject({ value: "b" });
    // on PostgreSQL, either may come first
    const [one, other] = [ends[0], ends[2]].sort(
      (a, b) => Number(a?.status === "rejected") - Number(b?.status === "rejected"),
    );
    expect([one, other]).toMatchObject([{ value: "a" }, { reason: { code: "CONSTRAINT_VIOLATED" } }]);
    expect(await names(database)).toEqual(["a", "b"]);
  });

  it("resolves a write only when it is committed together with the others of its transaction", async () => {
    const database = await prepared();
    let seen: readonly string[] | undefined;
    const first = insert(database, "a");
    const ended = first.then(async () => {
      seen = await names(database);
    });
    await Promise.all([ended, insert(database, "b"), insert(database, "c")]);
    expect(seen).toContain("a");
    if (dialect === "sqlite") expect(seen).toEqual(["a", "b", "c"]);
  });

  it("rolls back a write that never ends, which can write nothing later, and commits the others", async () => {
    const database = await prepared();
    const resume = deferred<void>();
    let later: Promise<unknown> | undefined;
    const stuck = transactTogether(
      database,
      (trx) => {
        const write = (name: string) => trx.insertInto("pair").values({ name, value: 0 }).execute();
        later = write("half").then(async () => {
          await resume.promise;
          await write("late");
        });
        // as part of the write, which waits for it, and on its own for the test
        later.catch(() => undefined);
        return later;
      },
      { workTimeoutMs: 50 },
    );
    const ends = await Promise.allSettled([insert(database, "a"), stuck, insert(database, "b")]);
    expect(ends).toMatchObject([
      { value: "a" },
      { reason: { name: "StoreError", code: "TRANSACTION_TIMEOUT", message: expect.stringContaining("50 ms") } },
      { value: "b" },
    ]);
    // in a turn in which another write has begun its transaction
    const next = insert(database, "c");
    resume.resolve();
    await expect(later).rejects.toThrow("rolled back");
    await next;
    expect(await names(database)).toEqual(["a", "b", "c"]);
  });

  it.runIf(dialect === "sqlite")(
    "refuses a write within another, but not one that is begun there and arrives later",
    async () => {
      const database = await prepared();
      let later: Promise<string> | undefined;
      const nested = transactTogether(database, async () => {
        later = new Promise((resolve, reject) => setImmediate(() => insert(database, "later").then(resolve, reject)));
        return insert(database, "inner");
      });
      await expect(nested).rejects.toMatchObject({ code: "TRANSACTION_NESTED" });
      await later;
      expect(await names(database)).toEqual(["later"]);
    },
  );

  it.runIf(dialect === "sqlite")(
    "uses one commit for writes that arrive in one turn, and for those that wait",
    async () => {
      const database = await prepared();
      const exec = vi.spyOn(Libsql.prototype, "exec");
      const commits = () => exec.mock.calls.filter(([statement]) => statement === "commit").length;
      await Promise.all(Array.from({ length: 50 }, (_, index) => insert(database, `first ${index}`)));
      expect(commits()).toBe(1);
      const began = deferred<void>();
      const end = deferred<void>();
      const first = transactTogether(database, () => {
        began.resolve();
        return end.promise;
      });
      await began.promise;
      const later = Array.from({ length: 50 }, (_, index) => insert(database, `then ${index}`));
      end.resolve();
      await Promise.all([first, ...later]);
      expect(commits()).toBe(3);
    },
  );

  it.runIf(dialect === "sqlite")("fails all writes if the commit fails, or the transaction is lost", async () => {
    const database = await prepared();
    const exec = Libsql.prototype.exec;
    const failing = vi.spyOn(Libsql.prototype, "exec").mockImplementation(function (this: Libsql, statement) {
      if (statement === "commit") {
        return Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" }));
      }
      return exec.call(this, statement);
    });
    const ends = await Promise.allSettled([insert(database, "a"), insert(database, "b")]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    failing.mockRestore();
    // a full disk makes SQLite roll back by itself
    const lost = transactTogether(database, async (trx) => {
      await sql`rollback`.execute(trx);
      throw new Error("the disk is full");
    });
    const others = await Promise.allSettled([insert(database, "c"), lost, insert(database, "d")]);
    expect(others).toMatchObject(Array(3).fill({ status: "rejected", reason: { message: "the disk is full" } }));
    expect(await names(database)).toEqual([]);
    await insert(database, "e");
    expect(await names(database)).toEqual(["e"]);
  });
});
