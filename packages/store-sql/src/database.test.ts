import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { type NotesSchema, notes } from "../test/notes.js";
import { runProcess } from "../test/processes/spawn.js";
import { type Database, migrate, openDatabase, toFlag } from "./index.js";

describeEachDatabase("openDatabase and migrate", ({ dialect, freshUrl }) => {
  const open: Database<NotesSchema>[] = [];
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
  });
  const openNotes = async (url: string) => {
    const database = await openDatabase<NotesSchema>({ url });
    open.push(database);
    return database;
  };

  it("returns the values that were written, with the same types on both databases", async () => {
    const url = await freshUrl();
    const database = await openNotes(url);
    expect(database.dialect).toBe(dialect);
    expect(await migrate(database, { namespace: "notes", migrations: notes })).toEqual(["001-note", "002-first-note"]);
    const at = Date.UTC(2026, 2, 15, 12, 0, 0, 123);
    await database.db
      .insertInto("note")
      .values({ text: "Grüße 🙂", done: toFlag(true), at, weight: 0.125 })
      .execute();
    const rows = await (await openNotes(url)).db.selectFrom("note").selectAll().orderBy("id").execute();
    expect(rows).toEqual([
      { id: 1, text: "first", done: 0, at: 0, weight: 0 },
      { id: 2, text: "Grüße 🙂", done: 1, at, weight: 0.125 },
    ]);
  });

  it("never assigns an id twice", async () => {
    const { db } = await prepared();
    const insert = () =>
      db.insertInto("note").values({ text: "x", done: 0, at: 0, weight: 0 }).returning("id").executeTakeFirstOrThrow();
    const { id } = await insert();
    await db.deleteFrom("note").execute();
    expect((await insert()).id).toBe(id + 1);
  });

  it("migrates once when several processes start together", async () => {
    const url = await freshUrl();
    const counts = await Promise.all([1, 2, 3, 4].map(() => runProcess("migrate.ts", url)));
    expect(counts.map(Number).sort()).toEqual([0, 0, 0, 2]);
    const { db } = await openNotes(url);
    expect(await db.selectFrom("note").selectAll().execute()).toHaveLength(1);
  });

  it("keeps nothing of a failed run, and names the migration", async () => {
    const database = await openNotes(await freshUrl());
    const migrations = { ...notes, "003-bad": { up: () => Promise.reject(new Error("no such luck")) } };
    await expect(migrate(database, { namespace: "notes", migrations })).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      message: 'The migration "003-bad" of notes failed: no such luck',
    });
    expect(await migrate(database, { namespace: "notes", migrations: notes })).toHaveLength(2);
  });

  it("lets two connections read and write in concurrent transactions", async () => {
    const url = await freshUrl();
    const [one, two] = [await openNotes(url), await openNotes(url)];
    await migrate(one, { namespace: "notes", migrations: notes });
    const add = ({ db }: Database<NotesSchema>) =>
      db.transaction().execute(async (trx) => {
        await trx.selectFrom("note").selectAll().execute();
        await trx.insertInto("note").values({ text: "x", done: 0, at: 0, weight: 0 }).execute();
      });
    await Promise.all(Array.from({ length: 20 }, (_, i) => add(i % 2 ? one : two)));
    expect(await two.db.selectFrom("note").selectAll().execute()).toHaveLength(21);
  });

  it("keeps the migrations of two namespaces separate", async () => {
    const database = await prepared();
    const migrations = { "001": { up: async () => undefined } };
    expect(await migrate(database, { namespace: "other", migrations })).toEqual(["001"]);
    expect(await migrate(database, { namespace: "notes", migrations: notes })).toEqual([]);
  });

  async function prepared() {
    const database = await openNotes(await freshUrl());
    await migrate(database, { namespace: "notes", migrations: notes });
    return database;
  }
});

describe("openDatabase", () => {
  it("creates a SQLite file that only its owner can read and that survives a power failure", async () => {
    const directory = mkdtempSync(join(tmpdir(), "bookend-sqlite-"));
    const path = join(directory, "store.db");
    const database = await openDatabase({ url: `sqlite:${path}` });
    await migrate(database, { namespace: "notes", migrations: notes });
    expect(["", "-wal", "-shm"].map((suffix) => statSync(path + suffix).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    const pragma = async (name: string) => (await sql`pragma ${sql.raw(name)}`.execute(database.db)).rows;
    expect(await pragma("journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(await pragma("synchronous")).toEqual([{ synchronous: 2 }]);
    expect(await pragma("foreign_keys")).toEqual([{ foreign_keys: 1 }]);
    await database.close();
    rmSync(directory, { recursive: true });
  });

  it("refuses other URLs without repeating them", async () => {
    await expect(openDatabase({ url: "mysql://root:hunter2@localhost/x" })).rejects.toMatchObject({
      code: "DATABASE_URL_INVALID",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  it.each(["sqlite:/nowhere/at/all.db", "postgres://u:hunter2@127.0.0.1:1/x"])(
    "reports that %s cannot be opened",
    async (url) => {
      await expect(openDatabase({ url })).rejects.toMatchObject({
        code: "DATABASE_UNAVAILABLE",
        message: expect.not.stringContaining("hunter2"),
      });
    },
  );

  it("refuses a namespace that is not a table name", async () => {
    const database = await openDatabase({ url: "sqlite::memory:" });
    await expect(migrate(database, { namespace: "a b", migrations: {} })).rejects.toMatchObject({
      code: "MIGRATION_INVALID",
    });
    await database.close();
  });
});
