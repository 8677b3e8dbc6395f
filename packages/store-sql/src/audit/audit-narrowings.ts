import { problemMessage } from "@bookend/core";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { DialectName } from "../database.js";
import { StoreError } from "../errors.js";
import { matchesWildcard } from "../wildcard.js";
import type { AuditFilter } from "./audit-filter.js";
import { type AuditColumn, auditColumns } from "./audit-row.js";
import type { AuditValues } from "./audit-values.js";
import { cleanText } from "./clean-text.js";

/** A condition on the rows of the log. */
export interface AuditNarrowing {
  /** The column or field of the filter. */
  readonly name: string;
  /** Whether an index finds the matching rows. */
  readonly indexed: boolean;
  /**
   * Whether that index is ordered by row number, so that a page is read from the end of the index, however many rows
   * there are.
   */
  readonly ordered: boolean;
  /** The period, if the condition is one. */
  readonly period?: Period | undefined;
  /**
   * Returns the condition. `byIndex`: for a query that finds rows by the index of this condition; otherwise, for a
   * query that examines each row.
   */
  where(byIndex: boolean): Expression<SqlBool>;
}

/** The times at or after `since`, and before `until`. An undefined end means that there is no limit. */
export interface Period {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

/** Columns with an index of their values. */
const indexedColumns: readonly AuditColumn[] = [
  "id",
  "parent",
  "event",
  "action",
  "binding",
  "container_serial",
  "administrator",
  "client",
];

/** Columns whose index contains the row number after the value. On SQLite, every index does. */
const orderedColumns: readonly AuditColumn[] = ["event", "action", "binding", "success"];

/** Columns with an index of their values in lower case, which also finds prefixes. */
const searchedColumns: readonly AuditColumn[] = ["serial", "user"];

/** Appended to a prefix, it forms a string that sorts after every value that begins with the prefix. */
const behindAll = "\u{10ffff}\u{10ffff}";

/** Returns the conditions of a checked filter. `values`: the values that its patterns match, where they are known. */
export function narrowingsOf(
  dialect: DialectName,
  { filter = {}, since, until }: AuditFilter,
  values: AuditValues = {},
): readonly AuditNarrowing[] {
  const narrowings: AuditNarrowing[] = [];
  for (const column of auditColumns) {
    const pattern = filter[column];
    if (!pattern) continue;
    const known = values[column];
    const text = cleanText(pattern, Number.MAX_SAFE_INTEGER);
    narrowings.push(
      known === undefined ? columnNarrowing(dialect, column, text) : amongValues(dialect, column, text, known),
    );
  }
  if (since !== undefined || until !== undefined) narrowings.push(period(dialect, "since", since, until));
  return narrowings;
}

/** @throws {StoreError} AUDIT_FILTER_INVALID */
export function flagOf(pattern: string): 0 | 1 {
  if (/^(1|true)$/i.test(pattern)) return 1;
  if (/^(0|false)$/i.test(pattern)) return 0;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(`${JSON.stringify(pattern)} is not valid`, "1, 0, true, false", "success"),
  );
}

function columnNarrowing(dialect: DialectName, column: AuditColumn, pattern: string): AuditNarrowing {
  const of = (indexed: boolean, where: (value: RawBuilder<string>) => Expression<SqlBool>): AuditNarrowing => ({
    name: column,
    indexed,
    ordered: indexed && isOrdered(dialect, column),
    where: (byIndex) => where(hidden(dialect, sql`${sql.ref(column)}`, byIndex)),
  });
  switch (column) {
    case "success": {
      const flag = flagOf(pattern);
      // most calls succeed, so only failed ones are indexed
      return of(flag === 0, (value) => sql<SqlBool>`${value} = ${sql.lit(flag)}`);
    }
    case "startdate": {
      const [since, until] = periodOf(pattern) ?? [];
      if (since !== undefined) return period(dialect, column, since, until);
      return of(false, () => matchesWildcard(isoInstant(dialect), pattern));
    }
    case "number":
    case "binding": {
      const number = Number(pattern);
      if (Number.isSafeInteger(number) && String(number) === pattern) {
        return of(true, (value) => sql<SqlBool>`${value} = ${number}`);
      }
      return of(false, () => matchesWildcard(sql<string | null>`cast(${sql.ref(column)} as text)`, pattern));
    }
    case "duration":
      return of(false, () => matchesWildcard(sql<string | null>`cast(${sql.ref(column)} as text)`, pattern));
    default:
      if (searchedColumns.includes(column)) return searched(dialect, column, pattern);
      return of(indexedColumns.includes(column) && !pattern.includes("*"), (value) => matchesWildcard(value, pattern));
  }
}

/** Returns the condition on an indexed column if the values that match its pattern are known. */
function amongValues(
  dialect: DialectName,
  column: AuditColumn,
  pattern: string,
  values: readonly string[],
): AuditNarrowing {
  const value = sql<string>`${sql.ref(column)}`;
  return {
    name: column,
    indexed: true,
    // the index has the order of the numbers within each value
    ordered: values.length === 1 && isOrdered(dialect, column),
    where(byIndex) {
      if (!byIndex) return matchesWildcard(hidden(dialect, value, false), pattern);
      return values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${value} in (${sql.join(values)})`;
    },
  };
}

/** Returns the condition on a column that is searched by the beginning of its value, in any letter case. */
function searched(dialect: DialectName, column: AuditColumn, pattern: string): AuditNarrowing {
  const wildcardAt = pattern.indexOf("*");
  const prefix = wildcardAt === -1 ? pattern : pattern.slice(0, wildcardAt);
  const matches = matchesWildcard(sql<string>`${sql.ref(column)}`, pattern);
  return {
    name: column,
    indexed: prefix !== "",
    ordered: wildcardAt === -1 && isOrdered(dialect, column),
    where(byIndex) {
      if (!byIndex || prefix === "") return matches;
      // the index contains only rows with a value
      const present = sql<SqlBool>`${sql.ref(column)} is not null`;
      const lower = sql<string>`lower(${sql.ref(column)})`;
      if (wildcardAt === -1) return sql<SqlBool>`(${present} and ${lower} = lower(${prefix}) and ${matches})`;
      // PostgreSQL's index compares bytes, whatever the language of the database
      const [from, below] = dialect === "sqlite" ? [sql.raw(">="), sql.raw("<")] : [sql.raw("~>=~"), sql.raw("~<~")];
      return sql<SqlBool>`(${present} and ${lower} ${from} lower(${prefix}) and ${lower} ${below} (lower(${prefix}) || ${behindAll}) and ${matches})`;
    },
  };
}

/** Matches entries that began in a period. */
function period(dialect: DialectName, name: string, since: Date | undefined, until: Date | undefined): AuditNarrowing {
  return {
    name,
    indexed: true,
    ordered: false,
    period: { since, until },
    where(byIndex) {
      const startdate = hidden<number>(dialect, sql`startdate`, byIndex);
      const conditions = [
        ...(since === undefined ? [] : [sql<SqlBool>`${startdate} >= ${since.getTime()}`]),
        ...(until === undefined ? [] : [sql<SqlBool>`${startdate} < ${until.getTime()}`]),
      ];
      return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
    },
  };
}

function isOrdered(dialect: DialectName, column: AuditColumn): boolean {
  return dialect === "sqlite" || orderedColumns.includes(column);
}

/**
 * Hides an expression from SQLite's indexes with a unary plus: https://www.sqlite.org/optoverview.html. PostgreSQL
 * needs no hint.
 */
function hidden<T = string>(dialect: DialectName, value: RawBuilder<unknown>, byIndex: boolean): RawBuilder<T> {
  return dialect === "sqlite" && !byIndex ? sql<T>`+${value}` : sql<T>`${value}`;
}

/**
 * Returns the period that a partial ISO 8601 date represents, such as a day or a month; undefined for any other
 * pattern.
 */
function periodOf(pattern: string): readonly [Date, Date] | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?)?)?)?[-T:.]?\*$/.exec(pattern) ?? [];
  if (year === undefined) return undefined;
  const parts = [year, month, day, hour, minute, second].filter((part) => part !== undefined).map(Number);
  const at = (fields: readonly number[]) => {
    const [y = 0, m = 1, d = 1, h = 0, min = 0, s = 0] = fields;
    return new Date(Date.UTC(y, m - 1, d, h, min, s));
  };
  const since = at(parts);
  // no time begins with 2026-02-30, which is not a day, or with 2026-02:
  if (!since.toISOString().startsWith(pattern.slice(0, -1))) return undefined;
  return [since, at([...parts.slice(0, -1), (parts.at(-1) ?? 0) + 1])];
}

function isoInstant(dialect: DialectName): Expression<string> {
  return dialect === "sqlite"
    ? sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', startdate / 1000.0, 'unixepoch')`
    : sql<string>`to_char(to_timestamp(startdate / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
