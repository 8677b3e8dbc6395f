import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from "kysely";
import type { DialectName } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { checkPattern, matchesWildcard } from "../wildcard.js";
import { type AuditColumn, type AuditFields, type AuditRow, auditColumns } from "./audit-row.js";
import { cleanText } from "./clean-text.js";

/** An entry of the audit log, as a search shows it. */
export interface AuditLogEntry extends Omit<AuditFields, "success" | "startdate"> {
  readonly number: number;
  readonly success: boolean;
  readonly startdate: Date;
}

/** Selects entries, which must match all that is given. */
export interface AuditFilter {
  /**
   * Column to pattern, in which `*` stands for anything. Without `*` the value must be equal; with it, the case of ASCII letters does not matter.
   * `success` is 1 or 0 (true, false); `startdate` is matched in ISO 8601, UTC: `2026-03-15*`. An empty pattern is none.
   */
  readonly filter?: Readonly<Partial<Record<AuditColumn, string>>> | undefined;
  /** Only entries that began then or later. */
  readonly since?: Date | undefined;
  /** Only entries that began before. */
  readonly until?: Date | undefined;
}

/** A search of the audit log. */
export interface AuditSearch extends AuditFilter {
  /** From 1. Default 1. */
  readonly page?: number | undefined;
  /** 1 to 1,000. Default 15. */
  readonly pageSize?: number | undefined;
  /** Default: newest first. */
  readonly sort?: { readonly column: AuditColumn; readonly direction: "asc" | "desc" } | undefined;
}

/** A page of what was found. */
export interface AuditPage {
  readonly rows: readonly AuditLogEntry[];
  /** Of all pages together. */
  readonly count: number;
  readonly current: number;
  readonly prev: number | null;
  readonly next: number | null;
}

/** Searches. @throws {StoreError} AUDIT_FILTER_INVALID */
export async function searchRows(
  db: Kysely<StoreSchema>,
  dialect: DialectName,
  { page = 1, pageSize = 15, sort = { column: "number", direction: "desc" }, ...filter }: AuditSearch,
): Promise<AuditPage> {
  checkWhole("page", page, 1_000_000_000);
  checkWhole("pageSize", pageSize, 1_000);
  checkColumn(sort.column);
  checkFilter(filter);
  const matching = db.selectFrom("bookend_audit").where((eb) => filterCondition(eb, dialect, filter));
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await matching
    .selectAll()
    .orderBy(sort.column, (order) => (sort.direction === "asc" ? order.asc() : order.desc()).nullsLast())
    .orderBy("number", sort.direction)
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return {
    rows: rows.map(rowToEntry),
    count,
    current: page,
    prev: page > 1 ? page - 1 : null,
    next: page * pageSize < count ? page + 1 : null,
  };
}

/** Without what only the chain needs. */
export function rowToEntry(row: AuditRow): AuditLogEntry {
  const {
    format: _,
    hash: __,
    key_id: ___,
    signature: ____,
    writer: _____,
    place: ______,
    checkpoint: _______,
    ...shown
  } = row;
  return { ...shown, success: row.success === 1, startdate: new Date(row.startdate) };
}

/** Whether this is a column of the audit log. */
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

/** A filter that was checked, as a condition. */
export function filterCondition(
  eb: ExpressionBuilder<StoreSchema, "bookend_audit">,
  dialect: DialectName,
  { filter = {}, since, until }: AuditFilter,
): Expression<SqlBool> {
  const conditions = auditColumns.flatMap((column) => {
    const pattern = filter[column];
    return pattern ? [columnCondition(eb, dialect, column, cleanText(pattern, Number.MAX_SAFE_INTEGER))] : [];
  });
  if (since) conditions.push(eb("startdate", ">=", since.getTime()));
  if (until) conditions.push(eb("startdate", "<", until.getTime()));
  return eb.and(conditions);
}

function columnCondition(
  eb: ExpressionBuilder<StoreSchema, "bookend_audit">,
  dialect: DialectName,
  column: AuditColumn,
  pattern: string,
): Expression<SqlBool> {
  switch (column) {
    case "success":
      return eb("success", "=", flagOf(pattern));
    case "startdate":
      return matchesWildcard(isoInstant(dialect), pattern);
    case "number":
    case "binding":
    case "duration":
      return matchesWildcard(eb.cast<string | null>(column, "text"), pattern);
    default:
      return matchesWildcard(eb.ref(column), pattern);
  }
}

function isoInstant(dialect: DialectName): Expression<string> {
  return dialect === "sqlite"
    ? sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', startdate / 1000.0, 'unixepoch')`
    : sql<string>`to_char(to_timestamp(startdate / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

function flagOf(pattern: string): 0 | 1 {
  if (/^(1|true)$/i.test(pattern)) return 1;
  if (/^(0|false)$/i.test(pattern)) return 0;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    `success: ${JSON.stringify(pattern)} is not valid. Allowed: 1, 0, true, false.`,
  );
}

function checkColumn(name: string): asserts name is AuditColumn {
  if (isAuditColumn(name)) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    `filter: the audit log has no column ${JSON.stringify(name)}. Allowed: ${auditColumns.join(", ")}.`,
  );
}

function checkWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    `${name}: "${value}" is not valid. Allowed: an integer from 1 to ${most}.`,
  );
}
