import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { auditColumns } from "./audit-row.js";
import { type AuditFilter, type AuditLogEntry, checkFilter, filterCondition, rowToEntry } from "./audit-search.js";

const page = 500;

/** The log as CSV, oldest first, in pieces of many lines. @throws {StoreError} AUDIT_FILTER_INVALID, at once */
export function csvPages(db: Kysely<StoreSchema>, dialect: DialectName, filter: AuditFilter): AsyncIterable<string> {
  checkFilter(filter);
  return pages(db, dialect, filter);
}

async function* pages(
  db: Kysely<StoreSchema>,
  dialect: DialectName,
  filter: AuditFilter,
): AsyncGenerator<string, void, undefined> {
  yield `${auditColumns.join(",")}\r\n`;
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom("bookend_audit")
      .selectAll()
      .where((eb) => filterCondition(eb, dialect, filter))
      .where("number", ">", after)
      .orderBy("number")
      .limit(page)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => csvLine(rowToEntry(row))).join("");
    after = last.number;
    await setImmediate();
  }
}

function csvLine(entry: AuditLogEntry): string {
  return `${auditColumns.map((column) => csvCell(entry[column])).join(",")}\r\n`;
}

/**
 * RFC 4180. Text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line end,
 * with or without space before it) gets a `'` in front.
 */
export function csvCell(value: string | number | boolean | Date | null): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  const safe = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
