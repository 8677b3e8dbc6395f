import { type Kysely, sql } from "kysely";
import { countRows } from "../database/count-rows.js";
import type { DomainSchema } from "../database/schema.js";
import type { TokenQuery } from "./stored-token.js";
import type { Narrowing, NarrowingUse } from "./token-narrowings.js";

type Db = Kysely<DomainSchema>;

/** Selects from a query with a limit as if it were a table. The database reads no more of its rows than are needed. */
export const within = (db: Db, limited: TokenQuery): TokenQuery =>
  db.selectFrom(limited.as("token")).selectAll("token") as unknown as TokenQuery;

/**
 * Adds conditions to a query of tokens. On SQLite, only the conditions for which `use` returns `find` may use an index.
 */
export const narrowedBy = (
  tokens: TokenQuery,
  narrowings: readonly Narrowing[],
  use: (narrowing: Narrowing) => NarrowingUse,
): TokenQuery => narrowings.reduce((query, each) => query.where(each.where(use(each))), tokens);

/** Adds conditions that are checked for each token. */
export const checked = (tokens: TokenQuery, narrowings: readonly Narrowing[]): TokenQuery =>
  narrowedBy(tokens, narrowings, () => "check");

/** Reads the IDs of tokens only. */
export async function idsOf(query: TokenQuery): Promise<readonly number[]> {
  return (await query.clearSelect().select("token.id").execute()).map(({ id }) => id);
}

/** Returns how many tokens a query finds, at most `most`. */
export function countFound(db: Db, query: TokenQuery, most: number | undefined): Promise<number> {
  return countRows(db, query.clearSelect().select(sql<number>`1`.as("one")), most);
}
