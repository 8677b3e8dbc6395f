import { problemMessage } from "@bookend/core";
import { type Expression, type SqlBool, sql } from "kysely";
import { StoreError } from "./errors.js";

/**
 * The condition that text matches a pattern in which `*` stands for anything; SQL's own wildcards mean themselves.
 * Without `*` the text must be equal, so that an index helps; with it, the case of ASCII letters does not matter. The same on both databases.
 * The pattern must have been checked by {@link checkPattern}.
 */
export function matchesWildcard(text: Expression<string | null>, pattern: string): Expression<SqlBool> {
  if (!pattern.includes("*")) return sql<SqlBool>`${text} = ${pattern}`;
  return sql<SqlBool>`lower(${text}) like lower(${likePattern(pattern)}) escape '\\'`;
}

/** The same pattern for SQL's `like … escape '\'`. */
export function likePattern(pattern: string): string {
  // several in a row mean no more than one
  return pattern.replace(/[\\%_]/g, "\\$&").replace(/\*+/g, "%");
}

/** Longest search pattern in UTF-16 code units, and how many `*` it may have. */
const maxLength = 100;
const maxWildcards = 5;

/**
 * Refuses a search pattern that would cost too much.
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
