import { describeEachDatabase } from "@bookend/test-kit/databases";
import { afterEach, describe, expect, it } from "vitest";
import { type Database, openDatabase, sql, transact } from "./index.js";

interface Schema {
  readonly setting: { readonly name: string; readonly value: string };
}

describeEachDatabase("repeated statements", ({ freshUrl, dialect }) => {
  const open: Database<Schema>[] = [];
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
  });
  /** Opens two nodes of one database. The first has repeated a query several times on each of its connections. */
  const twoNodes = async () => {
    const url = await freshUrl();
    const nodes = [await openDatabase<Schema>({ url, poolSize: 2 }), await openDatabase<Schema>({ url })] as const;
    open.push(...nodes);
    const [{ db }, { db: other }] = nodes;
    await sql`create table setting (name varchar(20) primary key, value varchar(20) not null)`.execute(db);
    await db.insertInto("setting").values({ name: "a", value: "1" }).execute();
    const read = () => db.selectFrom("setting").selectAll().execute();
    for (let times = 0; times < 3; times++) await Promise.all([read(), read()]);
    return { db, other, read };
  };

  describe("when another node changed the table", () => {
    it("read the current table", async () => {
      const { other, read } = await twoNodes();
      await sql`alter table setting add column note varchar(20) default 'new'`.execute(other);
      const rows = await Promise.all([read(), read(), read()]);
      expect(rows).toEqual(Array(3).fill([{ name: "a", value: "1", note: "new" }]));
    });

    it("read the current table in a transaction that `transact` repeats", async () => {
      const { db, other } = await twoNodes();
      await sql`alter table setting add column note varchar(20) default 'new'`.execute(other);
      const rows = await transact(db, (trx) => trx.selectFrom("setting").selectAll().execute());
      expect(rows).toEqual([{ name: "a", value: "1", note: "new" }]);
    });
  });

  it("work again after one of them failed", async () => {
    const { db, read } = await twoNodes();
    const add = () => db.insertInto("setting").values({ name: "a", value: "2" }).execute();
    for (let times = 0; times < 3; times++) await expect(add()).rejects.toMatchObject({ code: "CONSTRAINT_VIOLATED" });
    expect(await read()).toHaveLength(1);
    await db.deleteFrom("setting").execute();
    await add();
    expect(await read()).toEqual([{ name: "a", value: "2" }]);
  });

  it.skipIf(dialect === "sqlite")("are kept by the server, up to 300 per connection (PostgreSQL)", async () => {
    const { db } = await twoNodes();
    // each string is different, and occurs twice
    for (let text = 0; text < 600; text++) {
      for (let times = 0; times < 2; times++) await sql`select ${sql.lit(text)} as one`.execute(db);
    }
    const { rows } = await sql<{ kept: number }>`select count(*) as kept from pg_prepared_statements`.execute(db);
    expect(rows).toEqual([{ kept: 300 }]);
  });
});
