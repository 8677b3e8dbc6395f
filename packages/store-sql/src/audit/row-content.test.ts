import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { recordCalls } from "../../test/audit-entries.js";
import { openTestStore } from "../../test/fresh-store.js";
import { sealedColumns } from "./page-statements.js";
import { sealedRow } from "./row-content.js";

/** All characters of the Basic Multilingual Plane that text in a database can hold, and one beyond. */
const characters = `${Array.from({ length: 0xffff }, (_, index) => String.fromCharCode(index + 1))
  .filter((character) => !/[\ud800-\udfff]/.test(character))
  .join("")}😀`;

describeEachDatabase("the content of a row", ({ freshUrl }) => {
  it.each([
    ["with every character", { info: characters, client: "[", user: "]", id: '["', actor: "]" }],
    ["without text", { id: "", action: "" }],
    ["with large and fractional numbers", { startdate: 2 ** 53 - 1, duration: 0.1 + 0.2, binding: -7 }],
    ["with the smallest duration", { duration: 5e-324 }],
    ["with the largest duration", { duration: Number.MAX_VALUE }],
  ])("is the same whether the database writes it or this process: %s", async (_, values) => {
    const { database, store } = await openTestStore(await freshUrl());
    await recordCalls(store.audit, 1, 1);
    await database.db.updateTable("bookend_audit").set(values).execute();
    const row = await database.db.selectFrom("bookend_audit").selectAll().executeTakeFirstOrThrow();
    const { rows } = await sql`select ${sealedColumns(database.dialect)} from bookend_audit`.execute(database.db);
    expect(rows).toEqual([sealedRow(row)]);
  });
});
