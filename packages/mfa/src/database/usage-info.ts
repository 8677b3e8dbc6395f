import { type SqlBool, sql } from "kysely";

/** Fields of tokeninfo that checks of a token's PIN and OTP write. */
const fields = ["count_auth", "count_auth_success", "last_auth"];

/** The characters of the numbers and times that checks write, for a character class. */
const characters = "-0-9:.+TZ";

const isField = `key in (${fields.map((field) => `'${field}'`).join(", ")})`;

/**
 * Whether a row of tokeninfo is in an index of trigrams, on PostgreSQL. The numbers and times of checks are not, since
 * indexing them would slow down every check.
 */
export const isIndexedInfo = sql<SqlBool>`${sql.raw(`(not ${isField} or value ~ '[^${characters}]')`)}`;

/** Returns the SQL of {@link isIndexedInfo} on SQLite, for a row with this name. */
export const isIndexedInfoOf = (row: string): string =>
  `(not ${row}.${isField} or ${row}.value glob '*[^${characters}]*')`;

/**
 * Returns whether the index of trigrams contains all rows of tokeninfo with this key (undefined for any key) whose
 * value contains this text in any letter case.
 */
export const isInfoIndexed = (key: string | undefined, text: string): boolean =>
  (key !== undefined && !fields.includes(key)) || /[^-0-9:.+tz]/i.test(text);
