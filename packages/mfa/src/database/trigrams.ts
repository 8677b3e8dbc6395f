import type { DialectName } from "@bookend/store-sql";
import { type RawBuilder, sql } from "kysely";
import { withoutNul } from "./search.js";

/** The columns of SQLite's index of the trigrams of tokens. */
export type TrigramColumn = "serial" | "description" | "owner_id" | "info";

/**
 * Returns whether a pattern has enough consecutive characters for an index of trigrams. PostgreSQL's index contains
 * only letters and digits.
 */
export const hasTrigrams = (dialect: DialectName, pattern: string): boolean =>
  dialect === "sqlite" ? partsOf(pattern).length > 0 : /[\p{L}\p{N}]{3}/u.test(pattern);

/**
 * Returns the IDs of the tokens that can match a pattern, according to SQLite's index, and of those that are not
 * indexed yet.
 */
export function tokensByTrigrams(column: TrigramColumn, pattern: string): RawBuilder<{ readonly token_id: number }> {
  // the parts are quoted, so that FTS5 does not interpret characters in them as operators
  const strings = partsOf(pattern).map((part) => `"${part.replaceAll('"', '""')}"`);
  const query = `${column} : (${strings.join(" AND ")})`;
  return sql`select rowid as token_id from token_trigram where token_trigram match ${query}
    union all select token_id from token_trigram_pending`;
}

/** Returns the parts of a pattern between wildcards that contain a trigram. */
const partsOf = (pattern: string): readonly string[] =>
  withoutNul(pattern)
    .split("*")
    .filter((part) => [...part].length >= 3);
