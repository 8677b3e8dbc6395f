import { type SqlBool, sql } from "kysely";
import { parameterError } from "../errors/mfa-error.js";
import { likePattern } from "../values/wildcard.js";

/** Characters of a stored value that are searched: the longest that can be stored. */
const searchedLength = 10_000;

/** Most patterns in a list. */
const maxPatterns = 100;

/**
 * Whether a column fits a pattern in which `*` stands for any string, ignoring letter case.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export function fits(column: string, pattern: string) {
  const like = likePattern(withoutNul(pattern));
  const value = sql`lower(substr(${sql.ref(column)}, 1, ${searchedLength}))`;
  const matches = sql<SqlBool>`${value} like lower(${like}) escape '\\'`;
  const literal = longestLiteral(withoutNul(pattern));
  if (literal === "") return matches;
  // `like` starts over at each character, which takes fifty times as long; most values lack what is searched for
  return sql<SqlBool>`case when replace(${value}, lower(${literal}), '') = ${value} then 1 = 0 else ${matches} end`;
}

/** The longest part of a pattern between two wildcards. */
const longestLiteral = (pattern: string): string =>
  pattern.split("*").reduce((longest, part) => (part.length > longest.length ? part : longest), "");

/**
 * Whether a column fits one of these patterns, which are separated by commas.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards, and for too many patterns
 */
export function fitsAny(column: string, patterns: string) {
  const list = patterns.split(",", maxPatterns + 1).map((pattern) => pattern.trim());
  if (list.length > maxPatterns)
    throw parameterError(`A list of search patterns is too long. Allowed: ${maxPatterns}.`);
  return sql<SqlBool>`(${sql.join(
    list.map((pattern) => fits(column, pattern)),
    sql` or `,
  )})`;
}

/**
 * Whether a column has exactly this value; with a `*` in it, as `fits`. For names that letter case tells apart.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export function isOrFits(column: string, value: string) {
  return value.includes("*") ? fits(column, value) : sql<SqlBool>`${sql.ref(column)} = ${withoutNul(value)}`;
}

/** PostgreSQL refuses to be asked for a NUL, which no stored value has. */
export const withoutNul = (text: string) => text.replaceAll("\0", "\uFFFD");
