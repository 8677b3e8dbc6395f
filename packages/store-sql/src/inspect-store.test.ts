import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { generateAuditKey, inspectStore, migrate, openDatabase, openStore } from "./index.js";

describeEachDatabase("inspectStore", ({ freshUrl }) => {
  const auditKey = generateAuditKey();
  const inspect = async (url: string, key = auditKey) => {
    const database = await openDatabase<object>({ url, readOnly: true });
    try {
      return await inspectStore({ database, auditKey: key });
    } finally {
      await database.close();
    }
  };
  const opened = async (url: string) => {
    const database = await openDatabase<object>({ url });
    await (await openStore({ database, auditKey })).close();
    return database;
  };

  it("names the pending migrations, and none once they have run", async () => {
    const url = await freshUrl();
    const empty = await openDatabase<object>({ url });
    await empty.close();
    const { pending, unknown } = await inspect(url);
    expect(pending).toContain("001-bindings");
    expect(unknown).toEqual([]);
    // nothing was created
    expect(await inspect(url)).toEqual({ pending, unknown });
    await (await opened(url)).close();
    expect(await inspect(url)).toEqual({ pending: [], unknown: [] });
  });

  it("names the migrations of a newer version", async () => {
    const url = await freshUrl();
    const database = await opened(url);
    await sql`insert into bookend_migration (name, timestamp) values ('999-later', '')`.execute(database.db);
    await database.close();
    expect(await inspect(url)).toEqual({ pending: [], unknown: ["999-later"] });
  });

  it("refuses an invalid key, and a key that did not sign the log", async () => {
    const url = await freshUrl();
    await (await opened(url)).close();
    await expect(inspect(url, "x")).rejects.toMatchObject({ code: "AUDIT_KEY_INVALID" });
    await expect(inspect(url, generateAuditKey())).rejects.toMatchObject({ code: "AUDIT_KEY_UNKNOWN" });
  });

  it("cannot write to a database that was opened as read-only", async () => {
    const url = await freshUrl();
    await (await opened(url)).close();
    const database = await openDatabase<object>({ url, readOnly: true });
    onTestFinished(() => database.close());
    await expect(sql`delete from bookend_counter`.execute(database.db)).rejects.toThrow(/read.?only|readonly/i);
    await expect(
      migrate(database, { namespace: "other", migrations: { "001": { up: () => Promise.resolve() } } }),
    ).rejects.toMatchObject({ code: "MIGRATION_FAILED" });
  });
});

it("creates no SQLite file that is missing if a database is opened as read-only", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bookend-inspect-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const url = `sqlite:${join(directory, "missing.db")}`;
  await expect(openDatabase({ url, readOnly: true })).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  expect(readdirSync(directory)).toEqual([]);
});
