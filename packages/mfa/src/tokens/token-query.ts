import { type Expression, type Kysely, type Selectable, sql } from "kysely";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { withoutNul } from "../database/search.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import type { UserRecord, UserService } from "../users/types.js";
import type { TokenQuery } from "./stored-token.js";
import type { Narrowing, NarrowingUse } from "./token-narrowings.js";
import type { TokenTarget } from "./types.js";

type Db = Kysely<DomainSchema>;

/** Rows that are counted unless all are requested. If a condition finds at most this many, they are sorted. */
export const countedRows = 10_000;

/** All tokens. */
export const anyToken = (db: Db): TokenQuery => db.selectFrom("token").selectAll("token");

/** The tokens of a query that has a limit, as a table of which a database reads no more than is needed. */
export const within = (db: Db, limited: TokenQuery): TokenQuery =>
  db.selectFrom(limited.as("token")).selectAll("token") as unknown as TokenQuery;

/** Adds conditions to a query of tokens. On SQLite, at most one of them may use an index. */
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

/** Returns how many rows a query finds, at most `most`. */
export async function countRows(db: Db, rows: Expression<unknown>, most: number | undefined): Promise<number> {
  const limit = most === undefined ? sql`` : sql` limit ${most}`;
  const counted = sql<{
    count: number;
  }>`select count(*) as count from (select 1 from (${rows}) as found${limit}) as counted`;
  const [row] = (await counted.execute(db)).rows;
  return Number(row?.count ?? 0);
}

/** Selects the tokens of this user. */
export function tokensOf(db: Db, user: Pick<UserRecord, "uid" | "resolver" | "realm">): TokenQuery {
  return anyToken(db)
    .where("owner_resolver", "=", user.resolver)
    .where("owner_id", "=", user.uid)
    .where("owner_realm", "=", user.realm);
}

/**
 * Finds the tokens that an operation acts on.
 *
 * @throws {MfaError} USER_INVALID
 * @throws {MfaError} PARAMETER_INVALID no target
 * @throws {MfaError} NOT_FOUND a serial does not exist
 */
export async function targetTokens(
  db: Db,
  users: UserService,
  { serial, user }: TokenTarget,
): Promise<readonly Selectable<TokenTable>[]> {
  if (!serial && user === undefined) throw parameterError("One of the parameters serial and user is required.");
  const query = user === undefined ? anyToken(db) : tokensOf(db, await users.require(user));
  if (!serial) return query.execute();
  const serials = listOf(serial);
  const rows = await query.where("serial", "in", serials).execute();
  const missing = serials.find((each) => !rows.some((row) => row.serial === each));
  if (missing !== undefined) throw unknownToken(missing);
  return rows;
}

/** The error (601) for a token that does not exist. */
export const unknownToken = (serial: string) => notFoundError(`There is no token ${JSON.stringify(serial)}.`);

/** Splits a comma-separated list. */
const listOf = (text: string): string[] =>
  withoutNul(text)
    .split(",")
    .map((entry) => entry.trim());
