import { problemMessage } from "@bookend/core";
import type { DialectName } from "@bookend/store-sql";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import { parameterError } from "../errors/mfa-error.js";
import { likePattern } from "../values/wildcard.js";

/** Maximum number of characters of a stored value that are searched: the maximum that can be stored. */
const searchedLength = 10_000;

/**
 * Number of characters of a value in an index: one more than a pattern can have, so that an indexed value that equals a
 * pattern is complete. The expressions in `searchIndexes` contain the same number.
 */
export const indexedLength = 101;

/** Maximum number of patterns in a list. */
const maxPatterns = 100;

/** Characters that, appended to a prefix, sort after every string that begins with the prefix. */
const behindAll = "\u{10ffff}\u{10ffff}";

/** Creates conditions from search patterns, in which `*` matches any string. */
export interface Search {
  /**
   * Creates the condition that a column matches a pattern, ignoring letter case. An index can find the matching rows
   * unless the pattern begins with a wildcard.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
   */
  fits(column: string, pattern: string): Expression<SqlBool>;
  /**
   * Creates the condition that a column matches one of these comma-separated patterns.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards, and for too many
   * patterns
   */
  fitsAny(column: string, patterns: string): Expression<SqlBool>;
  /**
   * Creates the condition that a column has exactly this value; a value with a `*` is treated as in `fits`. For
   * case-sensitive names.
   *
   * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
   */
  isOrFits(column: string, value: string): Expression<SqlBool>;
  /** Creates the condition that a column contains this number. */
  equals(column: string, value: number): Expression<SqlBool>;
  /** Returns the indexed form of a column. Indexes are used for it, unless `byIndex` is false on SQLite. */
  key(column: string): RawBuilder<string>;
  /** Creates the condition that the indexed form of a column is between two strings, or begins with the second one. */
  keyBetween(column: string, first: string, last: string): Expression<SqlBool>;
  /** Creates the condition that the indexed form of a column equals `key`. */
  isKey(column: string, key: string): Expression<SqlBool>;
  /** Returns a reference to a column. Indexes are used for it, unless `byIndex` is false on SQLite. */
  column<T = unknown>(name: string): RawBuilder<T>;
}

/**
 * Creates the search conditions for one database.
 *
 * @param byIndex Whether SQLite, which does not know how many rows a condition finds, may use an index for these
 * conditions. PostgreSQL decides this itself.
 * @param inRange Whether PostgreSQL should treat a single value as a range, for which it uses the order of an index.
 * For an equality it needs no order, and would rather search for the value in the order of another index, from one end
 * to the other.
 * @param byTrigrams Whether PostgreSQL has an index of the trigrams of the columns, which it may use.
 */
export function searchIn(
  dialect: DialectName,
  {
    byIndex = true,
    inRange = false,
    byTrigrams = false,
  }: { readonly byIndex?: boolean; readonly inRange?: boolean; readonly byTrigrams?: boolean } = {},
): Search {
  const isSqlite = dialect === "sqlite";
  // a unary plus hides an expression from SQLite's indexes: https://www.sqlite.org/optoverview.html
  const plain = isSqlite && !byIndex ? sql.raw("+") : sql.raw("");
  const [from, below] = [comparisonInBytes(dialect, ">="), comparisonInBytes(dialect, "<")];
  const key = (column: string) => sql<string>`${plain}${searchKey(sql.ref(column))}`;

  const keyIs = (column: string, value: RawBuilder<unknown>) =>
    isSqlite || !inRange
      ? sql<SqlBool>`${key(column)} = ${value}`
      : sql<SqlBool>`(${key(column)} ~>=~ ${value} and ${key(column)} ~<=~ ${value})`;

  const isBetween = (column: string, first: RawBuilder<unknown>, last: RawBuilder<unknown>) =>
    sql<SqlBool>`${key(column)} ${from} ${first} and ${key(column)} ${below} (${last} || ${behindAll})`;

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
      if (wildcardAt === -1) return keyIs(column, sql`lower(${text})`);
      if (like === "%") return sql<SqlBool>`${sql.ref(column)} is not null`;
      const value = searchedText(sql.ref(column));
      const matches = sql<SqlBool>`${value} like lower(${like}) escape '\\'`;
      if (wildcardAt > 0) {
        const prefix = sql`lower(${text.slice(0, wildcardAt)})`;
        const between = isBetween(column, prefix, prefix);
        return like.indexOf("%") === like.length - 1
          ? sql<SqlBool>`(${between})`
          : sql<SqlBool>`(${between} and ${matches})`;
      }
      if (!isSqlite && byTrigrams) return matches;
      const literal = longestLiteral(text);
      // most values do not contain the literal, and `replace` finds that out fifty times as fast as `like`, which tries
      // the whole pattern at each character
      return sql<SqlBool>`case when replace(${value}, lower(${literal}), '') = ${value} then 1 = 0 else ${matches} end`;
    },
    fitsAny: (column, patterns) => anyOf(patternsOf(patterns).map((pattern) => search.fits(column, pattern))),
    key,
    // the strings are not cast, since a cast would keep SQLite from using the index
    keyBetween: (column, first, last) =>
      sql<SqlBool>`(${isBetween(column, sql`lower(${first})`, sql`lower(${last})`)})`,
    isKey: (column, value) => keyIs(column, sql`${value}`),
    isOrFits(column, value) {
      return value.includes("*")
        ? search.fits(column, value)
        : sql<SqlBool>`${search.column(column)} = ${withoutNul(value)}`;
    },
  };
  return search;
}

/**
 * Returns the patterns of a list.
 *
 * @throws {MfaError} PARAMETER_INVALID for more than 100 patterns
 */
export function patternsOf(list: string): readonly string[] {
  const patterns = list.split(",", maxPatterns + 1).map((pattern) => pattern.trim());
  if (patterns.length <= maxPatterns) return patterns;
  throw parameterError(problemMessage("A list of search patterns is too long", `up to ${maxPatterns}`));
}

/** Creates the condition that any of these conditions is fulfilled. */
export const anyOf = (conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;

/** Returns the form of a string that is compared with patterns, and that indexes of trigrams contain. */
export const searchedText = (of: RawBuilder<unknown>) =>
  sql<string>`lower(substr(${of}, 1, ${sql.lit(searchedLength)}))`;

/** Returns the indexed form of a string: its beginning in lower case. */
export const searchKey = (of: RawBuilder<unknown>) => sql<string>`lower(substr(${of}, 1, ${sql.lit(indexedLength)}))`;

/**
 * Returns the operator by which indexes of {@link searchKey} are ordered. PostgreSQL's indexes compare bytes, whatever
 * the locale of the database.
 */
export const comparisonInBytes = (dialect: DialectName, operator: "<" | ">" | ">="): RawBuilder<unknown> =>
  sql.raw(dialect === "sqlite" ? operator : `~${operator}~`);

/** Returns the longest part of a pattern without a wildcard. */
const longestLiteral = (pattern: string): string =>
  pattern.split("*").reduce((longest, part) => (part.length > longest.length ? part : longest), "");

/** Returns whether every value that matches a pattern begins with a prefix that an index can find. */
export const isIndexed = (pattern: string): boolean => !pattern.startsWith("*");

/** Replaces NUL, since PostgreSQL refuses queries with NUL. No stored value contains it. */
export const withoutNul = (text: string) => text.replaceAll("\0", "\uFFFD");
