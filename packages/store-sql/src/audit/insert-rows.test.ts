import { expect, it } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { writeTogether } from "../transact-together.js";
import type { AuditRow } from "./audit-row.js";
import { insertRows, rowColumns } from "./insert-rows.js";

/** A row in which each column has a value of its own. */
const row = Object.fromEntries(
  rowColumns.map((column, index) => [column, numeric(column) ? index + 1 : `value of ${column}`]),
) as unknown as AuditRow;

function numeric(column: string): boolean {
  return /^(number|binding|success|startdate|duration|writer|place|checkpoint|format)$/.test(column);
}

it("writes rows as they are, whichever of their columns differ", async () => {
  const opened = await openTestStore("sqlite::memory:");
  const database = opened.database as unknown as Database<StoreSchema>;
  // for each column, a row in which only that column differs from those before and after it
  const rows = rowColumns.flatMap((column, index) => [
    { ...row, number: 2 * index + 1 },
    {
      ...row,
      number: 2 * index + 2,
      ...(column !== "number" && { [column]: numeric(column) ? 100 : "another value" }),
    },
  ]);
  // and as many equal ones as fit into several statements, some with text that has a meaning in SQL
  for (let number = 101; number <= 350; number++) {
    rows.push({
      ...row,
      number,
      binding_name: `'${number}', null); drop table bookend_audit; --`,
      duration: number / 1000,
    });
  }
  await writeTogether(database, () => insertRows(rows));
  const written = await database.db
    .selectFrom("bookend_audit")
    .select([...rowColumns])
    .orderBy("number")
    .execute();
  expect(written).toEqual(rows);
});
