import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import type { AuditFilter } from "./audit-filter.js";
import { auditColumns } from "./audit-row.js";
import { type AuditLogEntry, filterCondition, rowToEntry } from "./audit-search.js";
import { checkFilter } from "./check-search.js";

/**
 * Number of consecutive row numbers that one query covers. A query blocks the process while it runs, even if few rows
 * match.
 */
const window = 250;

/** Shared by all running exports, so that several exports do not block other work for longer than a single one. */
const slice = timeSlice();

/**
 * Returns the entries that match the filter as CSV, oldest entry first, in pieces of many lines, up to the entry that
 * is the newest when the export begins. It yields to other work between pieces, however long the log is.
 *
 * @throws {StoreError} AUDIT_FILTER_INVALID immediately
 */
export function csvPages(db: Kysely<StoreSchema>, dialect: DialectName, filter: AuditFilter): AsyncIterable<string> {
  checkFilter(filter);
  return pages(db, dialect, filter);
}

async function* pages(
  db: Kysely<StoreSchema>,
  dialect: DialectName,
  filter: AuditFilter,
): AsyncGenerator<string, void, undefined> {
  const ends = db.selectFrom("bookend_audit").select("number").limit(1);
  const first = await ends.orderBy("number", "asc").executeTakeFirst();
  const last = await ends.orderBy("number", "desc").executeTakeFirst();
  yield `${auditColumns.join(",")}\r\n`;
  if (first === undefined || last === undefined) return;
  for (let from = first.number; from <= last.number; from += window) {
    const rows = await db
      .selectFrom("bookend_audit")
      .selectAll()
      .where(filterCondition(dialect, filter))
      .where("number", ">=", from)
      .where("number", "<=", Math.min(from + window - 1, last.number))
      .orderBy("number")
      .execute();
    const lines: string[] = [];
    for (const row of rows) {
      lines.push(csvLine(rowToEntry(row)));
      await slice.next();
    }
    if (lines.length > 0) yield lines.join("");
    await setImmediate();
  }
}

function csvLine(entry: AuditLogEntry): string {
  return `${auditColumns.map((column) => csvCell(entry[column])).join(",")}\r\n`;
}

/**
 * Formats a cell according to RFC 4180. A string that a spreadsheet would treat as a formula (it begins with `=`, `+`,
 * `-`, `@`, their full-width forms, a tab or a line break, with or without space before it) is prefixed with `'`.
 */
export function csvCell(value: string | number | boolean | Date | null): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  const safe = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
