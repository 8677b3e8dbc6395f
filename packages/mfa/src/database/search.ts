import { problemMessage } from "@bookend/core";
import type { DialectName } from "@bookend/store-sql";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import { parameterError } from "../errors/mfa-error.js";
import { likePattern } from "../values/wildcard.js";

/** Characters of a stored value that are searched: the longest that can be stored. */
const searchedLength = 10_000;

/**
 * Characters of a value that indexes hold: one more than a pattern can have, so that a value of which they equal a pattern equals it itself.
 * Also the number in the expressions of `searchIndexes`.
 */
const indexedLength = 101;

/** Most patterns in a list. */
const maxPatterns = 100;

/** Sorts after everything that begins with a prefix. */
const behindAll = "\u{10ffff}\u{10ffff}";

/** Makes conditions of search patterns, in which `*` stands for any string. */
export interface Search {
  /**
   * Whether a column fits a pattern, ignoring letter case. Without a wildcard, or with something before the first, an index finds it.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
   */
  fits(column: string, pattern: string): Expression<SqlBool>;
  /**
   * Whether a column fits one of these patterns, which are separated by commas.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards, and for too many patterns
   */
  fitsAny(column: string, patterns: string): Expression<SqlBool>;
  /**
   * Whether a column has exactly this value; with a `*` in it, as `fits`. For names that letter case tells apart.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
   */
  isOrFits(column: string, value: string): Expression<SqlBool>;
  /**
   * As `fitsAny`, of a column that has few values: those in its index are looked at instead of each row, so that an index finds what begins
   * with a wildcard, too.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards, and for too many patterns
   */
  fitsAnyOfFew(column: `${string}.${string}`, patterns: string): Expression<SqlBool>;
  /** As `fitsAnyOfFew`, with a single pattern. */
  fitsOfFew(column: `${string}.${string}`, pattern: string): Expression<SqlBool>;
  /** Whether a column has this value. */
  equals(column: string, value: number): Expression<SqlBool>;
  /**
   * As `isOrFits`, of a column that has few values and an index of these.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
   */
  isOrFitsOfFew(column: `${string}.${string}`, value: string): Expression<SqlBool>;
  /** What an index holds of a column, which it may find. */
  key(column: string): RawBuilder<string>;
  /** A column, which an index may find. */
  column<T = unknown>(name: string): RawBuilder<T>;
}

/**
 * Searches of one database.
 *
 * @param byIndex Whether SQLite, which does not know how many rows a condition finds, may choose these conditions to find rows by. PostgreSQL
 *   knows.
 * @param inRange Whether PostgreSQL should take a single value for a range, whose order it finds in an index. What equals a value needs no
 *   order; it would rather look for it in the order of another index, from one end to the other.
 */
export function searchIn(
  dialect: DialectName,
  { byIndex = true, inRange = false }: { readonly byIndex?: boolean; readonly inRange?: boolean } = {},
): Search {
  const isSqlite = dialect === "sqlite";
  // a unary plus hides an expression from SQLite's indexes: https://www.sqlite.org/optoverview.html
  const plain = isSqlite && !byIndex ? sql.raw("+") : sql.raw("");
  const [from, below] = [comparisonInBytes(dialect, ">="), comparisonInBytes(dialect, "<")];
  const key = (column: string) => sql<string>`${plain}${searchKey(sql.ref(column))}`;

  const search: Search = {
    equals(column, value) {
      if (isSqlite || !inRange) return sql<SqlBool>`${search.column(column)} = ${value}`;
      return sql<SqlBool>`(${search.column(column)} >= ${value} and ${search.column(column)} <= ${value})`;
    },
    column: (name) => sql`${plain}${sql.ref(name)}`,
    fits(column, pattern) {
      const text = withoutNul(pattern);
      const like = likePattern(text);
      const wildcardAt = text.indexOf("*");
      if (wildcardAt === -1) {
        const value = sql`lower(${text})`;
        if (isSqlite || !inRange) return sql<SqlBool>`${key(column)} = ${value}`;
        return sql<SqlBool>`(${key(column)} ~>=~ ${value} and ${key(column)} ~<=~ ${value})`;
      }
      if (like === "%") return sql<SqlBool>`${sql.ref(column)} is not null`;
      const value = sql`lower(substr(${sql.ref(column)}, 1, ${searchedLength}))`;
      const matches = sql<SqlBool>`${value} like lower(${like}) escape '\\'`;
      if (wildcardAt > 0) {
        const prefix = sql`lower(${text.slice(0, wildcardAt)})`;
        const between = sql<SqlBool>`${key(column)} ${from} ${prefix} and ${key(column)} ${below} (${prefix} || ${behindAll})`;
        return like.indexOf("%") === like.length - 1
          ? sql<SqlBool>`(${between})`
          : sql<SqlBool>`(${between} and ${matches})`;
      }
      const literal = longestLiteral(text);
      // `like` starts over at each character, which takes fifty times as long; most values lack what is searched for
      return sql<SqlBool>`case when replace(${value}, lower(${literal}), '') = ${value} then 1 = 0 else ${matches} end`;
    },
    fitsAny: (column, patterns) => anyOf(patterns, (pattern) => search.fits(column, pattern)),
    fitsAnyOfFew: (column, patterns) => anyOf(patterns, (pattern) => search.fitsOfFew(column, pattern)),
    fitsOfFew(column, pattern) {
      const fits = search.fits(column, pattern);
      if (isIndexed(pattern) || likePattern(pattern) === "%") return fits;
      const inBytes = {
        key: searchKey(sql.ref(column)),
        from: comparisonInBytes(dialect, ">="),
        behind: comparisonInBytes(dialect, ">"),
        order: dialect === "postgres" ? sql`using ~<~` : sql`asc`,
      };
      return sql<SqlBool>`(${key(column)} in (${fewKeys(column, inBytes, pattern)}) and ${fits})`;
    },
    key,
    isOrFitsOfFew(column, value) {
      if (!value.includes("*") || likePattern(value) === "%") return search.isOrFits(column, value);
      const plainly = { key: sql.ref(column), from: sql`>=`, behind: sql`>`, order: sql`asc` };
      return sql<SqlBool>`(${search.column(column)} in (${fewKeys(column, plainly, value)}) and ${search.fits(column, value)})`;
    },
    isOrFits(column, value) {
      return value.includes("*")
        ? search.fits(column, value)
        : sql<SqlBool>`${search.column(column)} = ${withoutNul(value)}`;
    },
  };
  return search;
}

/** Any of the patterns of a list. */
function anyOf(patterns: string, fits: (pattern: string) => Expression<SqlBool>): Expression<SqlBool> {
  const list = patterns.split(",", maxPatterns + 1).map((pattern) => pattern.trim());
  if (list.length > maxPatterns)
    throw parameterError(problemMessage("A list of search patterns is too long", `up to ${maxPatterns}`));
  return sql<SqlBool>`(${sql.join(list.map(fits), sql` or `)})`;
}

/** How the index of a column is ordered. */
interface IndexOrder {
  readonly key: RawBuilder<unknown>;
  /** The operators for a key and those behind it, and for those behind it alone. */
  readonly from: RawBuilder<unknown>;
  readonly behind: RawBuilder<unknown>;
  /** The direction. */
  readonly order: RawBuilder<unknown>;
}

/**
 * The keys in the index of a column that can fit a pattern: the first, and from each of them the next one, which takes a step in the index for
 * each different value.
 */
function fewKeys(
  column: `${string}.${string}`,
  { key, from, behind, order }: IndexOrder,
  pattern: string,
): RawBuilder<unknown> {
  const [table] = column.split(".", 1) as [string];
  const first = (where: RawBuilder<unknown>) =>
    sql`(select ${key} from ${sql.table(table)} where ${key} ${where} order by ${key} ${order} limit 1)`;
  // a key can be cut off
  const canFit = sql`lower(k) like lower(${likePattern(withoutNul(pattern))}) escape '\\' or length(k) = ${sql.lit(indexedLength)}`;
  return sql`with recursive few(k) as (
    select ${first(sql`${from} ''`)} union all select ${first(sql`${behind} few.k`)} from few where few.k is not null
  ) select k from few where ${canFit}`;
}

/** What indexes hold of a string: its beginning, in lower case. */
export const searchKey = (of: RawBuilder<unknown>) => sql<string>`lower(substr(${of}, 1, ${sql.lit(indexedLength)}))`;

/** The operator by which indexes of {@link searchKey} are ordered. PostgreSQL's compare bytes, whatever the language of the database is. */
export const comparisonInBytes = (dialect: DialectName, operator: "<" | ">" | ">="): RawBuilder<unknown> =>
  sql.raw(dialect === "sqlite" ? operator : `~${operator}~`);

/** The longest part of a pattern between two wildcards. */
const longestLiteral = (pattern: string): string =>
  pattern.split("*").reduce((longest, part) => (part.length > longest.length ? part : longest), "");

/** Whether every value that a pattern fits begins with something that an index is ordered by. */
export const isIndexed = (pattern: string): boolean => !pattern.startsWith("*");

/** PostgreSQL refuses to be asked for a NUL, which no stored value has. */
export const withoutNul = (text: string) => text.replaceAll("\0", "\uFFFD");
