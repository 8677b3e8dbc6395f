import { describeEachDatabase } from "@bookend/test-kit/databases";
import type { Kysely } from "kysely";
import { afterEach, expect, it } from "vitest";
import { type Database, isConflict, openDatabase, StoreError, sql, transact } from "./index.js";

interface Schema {
  readonly pair: { readonly name: string; readonly value: number };
}

describeEachDatabase("transact", ({ freshUrl, dialect }) => {
  const open: Database<Schema>[] = [];
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
  });
  const prepared = async (): Promise<Kysely<Schema>> => {
    const database = await openDatabase<Schema>({ url: await freshUrl() });
    open.push(database);
    await sql`create table pair (name varchar(20) primary key, value integer not null)`.execute(database.db);
    await database.db
      .insertInto("pair")
      .values(["a", "b"].map((name) => ({ name, value: 0 })))
      .execute();
    return database.db;
  };
  const add = (db: Kysely<Schema>, name: string) =>
    db
      .updateTable("pair")
      .set((pair) => ({ value: pair("value", "+", 1) }))
      .where("name", "=", name)
      .execute();
  const total = async (db: Kysely<Schema>) =>
    (await db.selectFrom("pair").select("value").execute()).reduce((sum, { value }) => sum + value, 0);

  it("repeats a transaction after a deadlock, and loses nothing", async () => {
    const db = await prepared();
    let runs = 0;
    await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        transact(db, async (trx) => {
          runs += 1;
          // each half takes the rows in a different order
          for (const name of n % 2 === 0 ? ["a", "b"] : ["b", "a"]) await add(trx, name);
        }),
      ),
    );
    expect(await total(db)).toBe(8);
    expect(runs).toBeGreaterThanOrEqual(4);
  });

  it("repeats a transaction that conflicts with a row of another one, and throws after six attempts if the row stays", async () => {
    const db = await prepared();
    let runs = 0;
    const insert = transact(
      db,
      async (trx) => {
        runs += 1;
        await trx
          .insertInto("pair")
          .values({ name: runs < 3 ? "a" : "c", value: 1 })
          .execute();
      },
      { random: () => 0 },
    );
    await insert;
    expect(runs).toBe(3);
    runs = 0;
    const forGood = transact(
      db,
      async (trx) => {
        runs += 1;
        await add(trx, "b");
        await trx.insertInto("pair").values({ name: "a", value: 1 }).execute();
      },
      { random: () => 0 },
    );
    const error = await forGood.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: "CONSTRAINT_VIOLATED" });
    expect(isConflict(error)).toBe(true);
    expect(runs).toBe(6);
    // no attempt had an effect
    expect(await total(db)).toBe(1);
  });

  it("refuses strings with a NUL character, on both databases", async () => {
    const db = await prepared();
    for (const attempt of [
      () => db.insertInto("pair").values({ name: "a\0b", value: 1 }).execute(),
      () => db.selectFrom("pair").selectAll().where("name", "=", "\0").execute(),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: "StoreError", code: "PARAMETER_INVALID" });
    }
  });

  it("does not repeat a transaction that failed by itself", async () => {
    const db = await prepared();
    let runs = 0;
    const failing = transact(db, async (trx) => {
      runs += 1;
      await add(trx, "a");
      throw new RangeError("no");
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect([runs, await total(db)]).toEqual([1, 0]);
  });

  it.runIf(dialect === "postgres")("throws a persistent conflict as TRANSACTION_CONFLICT", async () => {
    const db = await prepared();
    let runs = 0;
    // another transaction commits this change between the read and the write, each time
    const conflicting = transact(
      db,
      async (trx) => {
        runs += 1;
        await sql`set transaction isolation level repeatable read`.execute(trx);
        await trx.selectFrom("pair").selectAll().execute();
        await add(db, "a");
        await add(trx, "a");
      },
      { random: () => 0 },
    );
    await expect(conflicting).rejects.toMatchObject({ code: "TRANSACTION_CONFLICT" });
    expect([runs, await total(db)]).toEqual([6, 6]);
  });
});
