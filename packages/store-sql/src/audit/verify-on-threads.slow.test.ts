import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { type Db, readRow, removeRow } from "../../test/audit-attacks.js";
import { recordCalls } from "../../test/audit-entries.js";
import { testKey } from "../../test/fresh-store.js";
import { openDatabase, openStore, verifyAudit } from "../index.js";
import type { StoreSchema } from "../store-schema.js";

/** More than two ranges, of 10,000 rows each. */
const rows = 25_001;

describeEachDatabase("verification of a large log", ({ freshUrl, dialect }) => {
  let url: string;
  beforeAll(async () => {
    url = await freshUrl();
    const database = await openDatabase<StoreSchema>({ url });
    const store = await openStore({ database, auditKey: testKey });
    await recordCalls(store.audit, 1, rows);
    await store.close();
    await database.close();
  });
  const open = async () => {
    const database = await openDatabase<StoreSchema>({ url });
    onTestFinished(() => database.close());
    return database;
  };
  const auditKeys = [testKey];

  it("checks every row, and reports its progress", async () => {
    const progress: number[] = [];
    const onProgress = ({ checked, total }: { checked: number; total: number }) => {
      expect(total).toBe(rows);
      progress.push(checked);
    };
    expect(await verifyAudit({ database: await open(), auditKeys, onProgress })).toMatchObject({
      ok: true,
      checked: rows,
    });
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(progress.at(-1)).toBe(rows);
  });

  it.each<readonly [string, (db: Db) => Promise<unknown>, number, string]>([
    ["a row at the end of a range", (db) => change(db, 10_000, { user: "eve" }), 10_000, "changed"],
    ["the hash of a row at the end of a range", (db) => change(db, 10_000, { hash: "other" }), 10_000, "changed"],
    ["the first row of a range", (db) => change(db, 10_001, { user: "eve" }), 10_001, "changed"],
    ["rows of two ranges", (db) => changeTwo(db, 15_000, 24_000), 15_000, "changed"],
    ["the last row", (db) => change(db, rows, { info: "other" }), rows, "changed"],
    ["a row at the end of a range, by removing it", (db) => removeRow(db, 20_000), 20_000, "missing"],
    ["the first row of a range, by removing it", (db) => removeRow(db, 10_001), 10_001, "missing"],
    [
      "the place of a row, by adding a second one with the same place",
      (db) => repeat(db, 10_000),
      10_000,
      "unexpected",
    ],
    ["the last rows, by removing them", (db) => removeFrom(db, 9_000), 9_000, "truncated"],
  ])("finds a change of %s", async (_, attack, number, reason) => {
    const database = await open();
    const { db } = database;
    // each intruder's changes are undone before the next one's
    const before = await db.selectFrom("bookend_audit").selectAll().where("place", ">=", 9_000).execute();
    onTestFinished(async () => {
      await db.deleteFrom("bookend_audit").where("place", ">=", 9_000).execute();
      for (let at = 0; at < before.length; at += 500) {
        await db
          .insertInto("bookend_audit")
          .values(before.slice(at, at + 500))
          .execute();
      }
    });
    await attack(db);
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: false, firstBad: { number, reason } });
  });

  it("ends when its signal aborts", async () => {
    const database = await open();
    const end = new AbortController();
    const onProgress = () => end.abort(new Error("enough"));
    await expect(verifyAudit({ database, auditKeys, onProgress, signal: end.signal })).rejects.toThrow("enough");
    await expect(verifyAudit({ database, auditKeys, signal: end.signal })).rejects.toThrow("enough");
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true });
  });

  it("ends when its database is closed", async () => {
    const database = await open();
    let closed: Promise<void> | undefined;
    const onProgress = () => {
      closed ??= database.close();
    };
    await expect(verifyAudit({ database, auditKeys, onProgress })).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await closed;
  });

  it.runIf(dialect === "sqlite")("finds a value of a different type", async () => {
    const database = await open();
    const before = await readRow(database.db, 12_345);
    await sql`update bookend_audit set action = cast(action as blob) where place = 12345`.execute(database.db);
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({
      firstBad: { number: 12_345, reason: "changed" },
    });
    await change(database.db, 12_345, { action: before.action });
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true });
  });

  it.runIf(dialect === "postgres")(
    "finds a fraction in a column whose type was changed to a floating-point number",
    async () => {
      const database = await open();
      const retype = (type: string) =>
        sql`alter table bookend_audit alter success type ${sql.raw(type)}`.execute(database.db);
      await retype("float8");
      onTestFinished(async () => void (await retype("smallint")));
      expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true });
      const { success } = await readRow(database.db, 12_345);
      // rounded, it is the value that was signed
      const fraction = success === 1 ? 0.6 : 0.4;
      await sql`update bookend_audit set success = ${fraction} where place = 12345`.execute(database.db);
      expect(await verifyAudit({ database, auditKeys })).toMatchObject({
        firstBad: { number: 12_345, reason: "changed" },
      });
      await sql`update bookend_audit set success = ${success} where place = 12345`.execute(database.db);
    },
  );

  it.runIf(dialect === "postgres")("finds a string that reads like null in a column of numbers", async () => {
    const database = await open();
    const retype = (type: string) =>
      sql`alter table bookend_audit alter binding type ${sql.raw(type)} using null`.execute(database.db);
    await retype("text");
    onTestFinished(async () => void (await retype("bigint")));
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true });
    await sql`update bookend_audit set binding = 'null' where place = 12345`.execute(database.db);
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({
      firstBad: { number: 12_345, reason: "changed" },
    });
  });
});

const change = (db: Db, place: number, values: Partial<Awaited<ReturnType<typeof readRow>>>) =>
  db.updateTable("bookend_audit").set(values).where("place", "=", place).execute();

async function changeTwo(db: Db, ...places: readonly number[]): Promise<void> {
  for (const place of places) await change(db, place, { user: "eve" });
}

const removeFrom = (db: Db, place: number) => db.deleteFrom("bookend_audit").where("place", ">=", place).execute();

async function repeat(db: Db, place: number): Promise<void> {
  const row = await readRow(db, place);
  await db
    .insertInto("bookend_audit")
    .values({ ...row, number: rows + 1000 })
    .execute();
}
