import { problemMessage } from "@bookend/core";
import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { DialectName } from "../database.js";
import { isStatementTimeout, StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import type { AuditFilter } from "./audit-filter.js";
import { type AuditNarrowing, narrowingsOf } from "./audit-narrowings.js";
import type { AuditColumn, AuditFields, AuditRow } from "./audit-row.js";
import { fittingValues } from "./audit-values.js";
import { windowFrom } from "./audit-window.js";
import { checkFilter, checkPage } from "./check-search.js";

/** An entry of the audit log, as a search shows it. */
export interface AuditLogEntry extends Omit<AuditFields, "success" | "startdate"> {
  readonly number: number;
  readonly success: boolean;
  readonly startdate: Date;
}

/** A search of the audit log. */
export interface AuditSearch extends AuditFilter {
  /** Page number, from 1; the page must begin among the first 50,000 entries. Default 1. */
  readonly page?: number | undefined;
  /** The `cursor` of the previous page, instead of `page`. Only for lists that are sorted by `number`. */
  readonly cursor?: number | undefined;
  /** Searches the whole log, and counts all entries instead of the first 10,000. Default false. */
  readonly countAll?: boolean | undefined;
  /** Whether to count, which takes longer than a page if the filter matches many entries. Default true. */
  readonly count?: boolean | undefined;
  /** Number of entries per page, from 1 to 1,000. Default 15. */
  readonly pageSize?: number | undefined;
  /** Default: newest first. */
  readonly sort?: { readonly column: AuditColumn; readonly direction: "asc" | "desc" } | undefined;
}

/**
 * A page of the entries that a search found. A search by a column without an index looks at no more than 100,000
 * entries, so a page may have fewer rows than requested, or none, although more entries match: then it has a cursor,
 * from which the search continues.
 */
export interface AuditPage {
  readonly rows: readonly AuditLogEntry[];
  /**
   * The number of entries on all pages together; with `countMore`, there are more, or the rest of the log was not
   * searched. Undefined if it was not requested.
   */
  readonly count: number | undefined;
  readonly countMore: boolean;
  /**
   * The cursor of the next page, or of the next part of the log, if there is one; that page takes no longer than the
   * first, however long the log is.
   */
  readonly cursor: number | undefined;
  readonly current: number;
  readonly prev: number | null;
  readonly next: number | null;
}

/** Maximum number of rows that are counted unless all are requested. */
const countedRows = 10_000;

/**
 * Searches the log.
 *
 * SQLite does not know how many rows a condition finds, so they are counted. If the condition that finds the fewest
 * rows finds only a few, these are read and sorted. Otherwise, rows are read from a condition's index that has the
 * order of the list, until the page is full; the entries of a period long ago are sorted by their numbers alone; and in
 * all other cases, rows are read in the order of the list. A search therefore takes no longer if all of its results are
 * old.
 *
 * A condition without an index is compared with the entries of a part of the log; the cursor leads to the next part.
 *
 * @throws {StoreError} AUDIT_FILTER_INVALID, including for a search that takes too long
 */
export async function searchRows(
  db: Kysely<StoreSchema>,
  dialect: DialectName,
  {
    page = 1,
    pageSize = 15,
    sort = { column: "number", direction: "desc" },
    cursor,
    countAll = false,
    count: isCounted = true,
    ...filter
  }: AuditSearch,
): Promise<AuditPage> {
  checkFilter(filter);
  checkPage({ page, pageSize, cursor, sortedBy: sort.column });
  let narrowings = narrowingsOf(dialect, filter);
  try {
    narrowings = narrowingsOf(dialect, filter, await fittingValues(db, filter));
    const isPartial = sort.column === "number" && !countAll && narrowings.some(({ indexed }) => !indexed);
    // PostgreSQL assumes that the entries of a condition are spread evenly: to find old ones, it would read all entries
    // after them
    const asked = dialect === "sqlite" || isPartial || narrowings.some(({ indexed, ordered }) => indexed && !ordered);
    const lead = asked ? await leadOf(db, narrowings) : undefined;
    const ordered = narrowings.find((each) => each.ordered);
    const period = narrowings.find((each) => each.period);
    const isFar =
      !lead &&
      !ordered &&
      sort.column === "number" &&
      period !== undefined &&
      (await isFarOff(db, period, sort.direction));
    // PostgreSQL does not read rows in the order of the key if they are sorted by an expression: it finds them by their
    // condition, and sorts them if the index of that condition has a different order
    const number =
      isFar || (dialect === "postgres" && (lead || ordered)) ? sql<number>`number + 0` : sql<number>`number`;
    const window = isPartial && !lead && !isFar ? await windowFrom(db, sort.direction, cursor) : undefined;
    const entries = db.selectFrom("bookend_audit");
    const searched = window === undefined ? entries : entries.where(window.where(number));
    const matchingBy = (guide: AuditNarrowing | undefined) =>
      narrowings.reduce((query, each) => query.where(each.where(dialect === "postgres" || each === guide)), searched);
    const isBehind = sql<SqlBool>`${number} ${sql.raw(sort.direction === "asc" ? ">" : "<")} ${cursor ?? 0}`;
    const offset = cursor === undefined ? (page - 1) * pageSize : 0;
    const paged = matchingBy(isFar ? period : (lead ?? ordered))
      .$if(cursor !== undefined, (query) => query.where(isBehind))
      .$if(sort.column !== "number", (query) =>
        query.orderBy(sort.column, (order) => (sort.direction === "asc" ? order.asc() : order.desc()).nullsLast()),
      )
      .orderBy(number, sort.direction)
      // one more row shows whether there is a next page
      .limit(pageSize + 1)
      .offset(offset);
    const found = isFar
      ? await db
          .selectFrom("bookend_audit")
          .selectAll()
          .where("number", "in", paged.select("number"))
          .orderBy("number", sort.direction)
          .execute()
      : await paged.selectAll().execute();
    const rows = found.slice(0, pageSize);
    const isLast = found.length <= pageSize;
    const isPart = window !== undefined && (window.cursor !== undefined || cursor !== undefined);
    // the last page itself shows the number of entries; counting all of them again would take just as long
    const isWhole = isLast && (cursor === undefined || isPart) && (found.length > 0 || offset === 0);
    const most = countAll ? undefined : countedRows + 1;
    const matching = matchingBy(lead ?? ordered ?? (window === undefined ? period : undefined));
    const whole = isWhole ? offset + found.length : undefined;
    const counted = isCounted ? (whole ?? (await count(db, matching, most))) : undefined;
    const hasMore = !countAll && counted !== undefined && counted > countedRows;
    const onward = sort.column === "number" ? rows.at(-1)?.number : undefined;
    return {
      rows: rows.map(rowToEntry),
      count: hasMore ? countedRows : counted,
      countMore: hasMore || (counted !== undefined && isPart),
      cursor: isLast ? window?.cursor : onward,
      current: page,
      prev: cursor === undefined && page > 1 ? page - 1 : null,
      next: cursor === undefined && !isLast ? page + 1 : null,
    };
  } catch (error) {
    throw tooSlow(error, narrowings, sort.column) ?? error;
  }
}

/**
 * Returns the condition that finds the fewest rows by an index; undefined if each has no index or finds more than
 * 10,000 rows.
 */
async function leadOf(
  db: Kysely<StoreSchema>,
  narrowings: readonly AuditNarrowing[],
): Promise<AuditNarrowing | undefined> {
  let lead: AuditNarrowing | undefined;
  let fewest = countedRows + 1;
  for (const narrowing of narrowings) {
    if (!narrowing.indexed || fewest === 0) continue;
    const found = await count(db, db.selectFrom("bookend_audit").where(narrowing.where(true)), fewest);
    if (found >= fewest) continue;
    fewest = found;
    lead = narrowing;
  }
  return lead;
}

/** Returns whether more than 10,000 rows precede a period in a list that is sorted in this direction. */
async function isFarOff(
  db: Kysely<StoreSchema>,
  { period }: AuditNarrowing,
  direction: "asc" | "desc",
): Promise<boolean> {
  const edge = direction === "asc" ? period?.since : period?.until;
  if (edge === undefined) return false;
  const before = db.selectFrom("bookend_audit").where("startdate", direction === "asc" ? "<" : ">=", edge.getTime());
  return (await count(db, before, countedRows + 1)) > countedRows;
}

/** Returns the number of rows of a query; stops counting at `most`. */
async function count(
  db: Kysely<StoreSchema>,
  matching: SelectQueryBuilder<StoreSchema, "bookend_audit", object>,
  most: number | undefined,
): Promise<number> {
  const rows = matching.select(sql<number>`1`.as("one"));
  const { count: counted } = await db
    .selectFrom((most === undefined ? rows : rows.limit(most)).as("counted"))
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(counted);
}

/**
 * Returns the error for a search that the database canceled because it took too long, with advice on how to narrow it;
 * undefined for any other error.
 */
function tooSlow(error: unknown, narrowings: readonly AuditNarrowing[], sortedBy: AuditColumn): Error | undefined {
  if (!isStatementTimeout(error)) return undefined;
  const slow = narrowings.find(({ indexed }) => !indexed) ?? narrowings[0];
  const what =
    sortedBy === "number" && slow !== undefined ? `${slow.name}: the search` : `sort: the order of ${sortedBy}`;
  return new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(
      `${what} takes too long with this many entries`,
      "a shorter time, more filters, or cursor instead of a high page",
    ),
    { cause: error },
  );
}

/** Converts a row to an entry, without the columns that only the chain needs. */
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

/** Converts a checked filter to a condition on each row. */
export function filterCondition(dialect: DialectName, filter: AuditFilter): Expression<SqlBool> {
  const conditions = narrowingsOf(dialect, filter).map(({ where }) => where(false));
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}
