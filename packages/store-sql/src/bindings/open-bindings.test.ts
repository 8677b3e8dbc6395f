import { describe, expect, test } from "vitest";
import { generateAuditKey, openBindings, openDatabase, openStore, sql } from "../index.js";

const binding = {
  name: "alarm",
  active: true,
  events: ["token_init"],
  position: "post",
  ordering: 0,
  handler: "Gone",
  action: "write",
  options: {},
  conditions: {},
  abortOnError: null,
  delivery: "inline",
} as const;

describe("openBindings", () => {
  test("reads and writes the bindings of a store without its audit key", async () => {
    const database = await openDatabase({ url: "sqlite::memory:" });
    const store = await openStore({ database, auditKey: generateAuditKey() });
    await store.bindings.write([{ kind: "insert", binding }]);
    const opened = await openBindings({ database });
    const [stored] = await opened.bindings.list();
    expect(stored).toMatchObject(binding);
    await opened.bindings.write([{ kind: "remove", id: 1 }]);
    expect(await store.bindings.list()).toEqual([]);
    await opened.close();
    await store.close();
    await database.close();
  });

  test("refuses tables of a later version with a separate code, even if it is allowed to create tables", async () => {
    const database = await openDatabase({ url: "sqlite::memory:" });
    const opened = await openBindings({ database, migrate: true });
    await opened.close();
    await sql`insert into bookend_migration (name, timestamp) values ('999-later', '2030-01-01')`.execute(database.db);
    await expect(openBindings({ database, migrate: true })).rejects.toMatchObject({ code: "SCHEMA_NEWER" });
    await database.close();
  });

  test("refuses tables that do not exist, and creates them if requested", async () => {
    const database = await openDatabase({ url: "sqlite::memory:" });
    await expect(openBindings({ database })).rejects.toMatchObject({
      code: "SCHEMA_DIFFERS",
      message: expect.stringContaining("do not exist"),
    });
    const opened = await openBindings({ database, migrate: true });
    expect(await opened.bindings.list()).toEqual([]);
    await opened.close();
    await database.close();
  });
});
