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
export const indexedLength = 101;

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
  /** Whether a column has this value. */
  equals(column: string, value: number): Expression<SqlBool>;
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
      const value = searchedText(sql.ref(column));
      const matches = sql<SqlBool>`${value} like lower(${like}) escape '\\'`;
      if (wildcardAt > 0) {
        const prefix = sql`lower(${text.slice(0, wildcardAt)})`;
        const between = sql<SqlBool>`${key(column)} ${from} ${prefix} and ${key(column)} ${below} (${prefix} || ${behindAll})`;
        return like.indexOf("%") === like.length - 1
          ? sql<SqlBool>`(${between})`
          : sql<SqlBool>`(${between} and ${matches})`;
      }
      if (!isSqlite && byTrigrams) return matches;
      const literal = longestLiteral(text);
      // `like` starts over at each character, which takes fifty times as long; most values lack what is searched for
      return sql<SqlBool>`case when replace(${value}, lower(${literal}), '') = ${value} then 1 = 0 else ${matches} end`;
    },
    fitsAny: (column, patterns) => anyOf(patternsOf(patterns).map((pattern) => search.fits(column, pattern))),
    key,
    isOrFits(column, value) {
      return value.includes("*")
        ? search.fits(column, value)
        : sql<SqlBool>`${search.column(column)} = ${withoutNul(value)}`;
    },
  };
  return search;
}

/**
 * The patterns of a list.
 *
 * @throws {MfaError} PARAMETER_INVALID for too many of them
 */
export function patternsOf(list: string): readonly string[] {
  const patterns = list.split(",", maxPatterns + 1).map((pattern) => pattern.trim());
  if (patterns.length <= maxPatterns) return patterns;
  throw parameterError(problemMessage("A list of search patterns is too long", `up to ${maxPatterns}`));
}

/** Any of these conditions. */
export const anyOf = (conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;

/** What patterns with a wildcard are compared with, and indexes of trigrams contain: a string in lower case. */
export const searchedText = (of: RawBuilder<unknown>) =>
  sql<string>`lower(substr(${of}, 1, ${sql.lit(searchedLength)}))`;

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
