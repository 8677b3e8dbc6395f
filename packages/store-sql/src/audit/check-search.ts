import { problemMessage } from "@bookend/core";
import { StoreError } from "../errors.js";
import { checkPattern } from "../wildcard.js";
import type { AuditFilter } from "./audit-filter.js";
import { flagOf } from "./audit-narrowings.js";
import { type AuditColumn, auditColumns } from "./audit-row.js";

/** Maximum number of rows before a page that is requested by its number, since the database reads them one by one. */
const maxOffset = 50_000;

/** Returns whether this is a column of the audit log. */
export function isAuditColumn(name: string): name is AuditColumn {
  return (auditColumns as readonly string[]).includes(name);
}

/** @throws {StoreError} AUDIT_FILTER_INVALID */
export function checkFilter({ filter = {} }: AuditFilter): void {
  for (const [column, pattern] of Object.entries(filter)) {
    checkColumn(column);
    if (pattern) checkPattern(column, pattern);
    if (column === "success" && pattern) flagOf(pattern);
  }
}

/** The page that a search requests. */
interface RequestedPage {
  readonly page: number;
  readonly pageSize: number;
  readonly cursor: number | undefined;
  readonly sortedBy: string;
}

/** @throws {StoreError} AUDIT_FILTER_INVALID */
export function checkPage({ page, pageSize, cursor, sortedBy }: RequestedPage): void {
  checkWhole("page", page, 1_000_000_000);
  checkWhole("pageSize", pageSize, 1_000);
  checkColumn(sortedBy);
  if (cursor === undefined) checkOffset(page, pageSize);
  else checkCursor(cursor, sortedBy);
}

function checkColumn(name: string): asserts name is AuditColumn {
  if (isAuditColumn(name)) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(`the audit log has no column ${JSON.stringify(name)}`, auditColumns.join(", "), "filter"),
  );
}

function checkCursor(cursor: number, sortedBy: AuditColumn): void {
  checkWhole("cursor", cursor, Number.MAX_SAFE_INTEGER);
  if (sortedBy === "number") return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(`lists in the order of ${sortedBy} have no cursors`, "a list in the order of number", "cursor"),
  );
}

function checkOffset(page: number, pageSize: number): void {
  if ((page - 1) * pageSize <= maxOffset) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(
      `"${page}" is not valid`,
      `a page that begins among the first ${maxOffset.toLocaleString("en")} entries, or cursor instead, which has no limit`,
      "page",
    ),
  );
}

function checkWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(`"${value}" is not valid`, `an integer from 1 to ${most}`, name),
  );
}
