import { describeEachDatabase } from "@bookend/test-kit/databases";
import { type Kysely, sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { recordCalls } from "../../test/audit-entries.js";
import { openTestStore } from "../../test/fresh-store.js";
import { createPostgresPool } from "../postgres-pool.js";
import type { StoreSchema } from "../store-schema.js";
import { copiedColumns, sealedColumns } from "./page-statements.js";
import { sealedRow } from "./row-content.js";
import { sealedLine } from "./sealed-line.js";

/** All characters of the Basic Multilingual Plane that text in a database can hold, and one beyond. */
const characters = `${Array.from({ length: 0xffff }, (_, index) => String.fromCharCode(index + 1))
  .filter((character) => !/[\ud800-\udfff]/.test(character))
  .join("")}😀`;

describeEachDatabase("the content of a row", ({ freshUrl, dialect }) => {
  it.each([
    ["with every character", { info: characters, client: "[", user: "]", id: '["', actor: "]" }],
    ["with what looks like an escape", { info: "\\N", client: "\\\\N", user: "\\t\\", id: "a\tb\\\nc", actor: "\\N" }],
    ["without text", { id: "", action: "", user: "" }],
    ["with large and fractional numbers", { startdate: 2 ** 53 - 1, duration: 0.1 + 0.2, binding: -7 }],
    ["with the smallest duration", { duration: 5e-324 }],
    ["with the largest duration", { duration: Number.MAX_VALUE }],
  ])("is the same whether the database or this process writes it: %s", async (_, values) => {
    const url = await freshUrl();
    const { database, store } = await openTestStore(url);
    await recordCalls(store.audit, 1, 1);
    await database.db.updateTable("bookend_audit").set(values).execute();
    const row = await database.db.selectFrom("bookend_audit").selectAll().executeTakeFirstOrThrow();
    const rows = await (dialect === "sqlite" ? sealedRows : copiedRows)(url, database.db);
    expect(rows).toEqual([sealedRow(row)]);
  });
});

async function sealedRows(_: string, db: Kysely<StoreSchema>): Promise<readonly unknown[]> {
  const { rows } = await sql`select ${sealedColumns()} from bookend_audit`.execute(db);
  return rows;
}

async function copiedRows(url: string, db: Kysely<StoreSchema>): Promise<readonly unknown[]> {
  const { sql: query } = sql`select ${copiedColumns()} from bookend_audit`.compile(db);
  const pool = createPostgresPool({ url, poolSize: 1, acquireTimeoutMs: 5_000, statementTimeoutMs: 5_000 });
  onTestFinished(() => pool.end());
  const client = await pool.connect();
  try {
    return (await client.copyOut(`copy (${query}) to stdout`)).map(sealedLine);
  } finally {
    client.release();
  }
}
