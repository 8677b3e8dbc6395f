import { problemMessage } from "@bookend/core";
import { type Expression, type SqlBool, sql } from "kysely";
import { StoreError } from "./errors.js";

/**
 * Returns a condition that a string matches a pattern in which `*` represents any characters; SQL's own wildcards have
 * no special meaning. Without `*`, the string must be equal, so that an index can be used; with it, the case of ASCII
 * letters is ignored. It selects the same strings on both databases. The pattern must have been checked by {@link
 * checkPattern}.
 */
export function matchesWildcard(text: Expression<string | null>, pattern: string): Expression<SqlBool> {
  if (!pattern.includes("*")) return sql<SqlBool>`${text} = ${pattern}`;
  return sql<SqlBool>`lower(${text}) like lower(${likePattern(pattern)}) escape '\\'`;
}

/** Converts a pattern to one for SQL's `like … escape '\'`. */
export function likePattern(pattern: string): string {
  // several wildcards in a row have the same meaning as one
  return pattern.replace(/[\\%_]/g, "\\$&").replace(/\*+/g, "%");
}

/** Maximum length of a search pattern in UTF-16 code units, and maximum number of `*` in it. */
const maxLength = 100;
const maxWildcards = 5;

/**
 * Refuses a search pattern that would be too costly.
 *
 * @throws {StoreError} AUDIT_FILTER_INVALID
 */
export function checkPattern(field: string, pattern: string): void {
  const wildcards = pattern.split("*").length - 1;
  if (pattern.length <= maxLength && wildcards <= maxWildcards) return;
  throw new StoreError(
    "AUDIT_FILTER_INVALID",
    problemMessage(
      `the pattern has ${pattern.length} characters and ${wildcards} wildcards`,
      `up to ${maxLength} characters and ${maxWildcards} wildcards`,
      field,
    ),
  );
}
