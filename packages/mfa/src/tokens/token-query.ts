import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import type { UserRecord, UserService } from "../users/types.js";
import { likePattern } from "../values/wildcard.js";
import type { TokenQuery } from "./stored-token.js";
import type { TokenFilter, TokenTarget } from "./types.js";

type Db = Kysely<DomainSchema>;

/** All tokens. */
export const anyToken = (db: Db): TokenQuery => db.selectFrom("token").selectAll("token");

/** Tokens that are assigned to this user. */
export function tokensOf(db: Db, user: Pick<UserRecord, "uid" | "resolver" | "realm">): TokenQuery {
  return anyToken(db)
    .where("owner_resolver", "=", user.resolver)
    .where("owner_id", "=", user.uid)
    .where("owner_realm", "=", user.realm);
}

/** Tokens that match a filter, in no order. A user who does not exist has none. */
export async function filteredTokens(db: Db, users: UserService, filter: TokenFilter): Promise<TokenQuery> {
  let query = anyToken(db);
  if (filter.user !== undefined) {
    const owner = await users.find(filter.user);
    query = owner === null ? query.where(sql<SqlBool>`1 = 0`) : tokensOf(db, owner);
  }
  if (filter.serial !== undefined) query = query.where(like("token.serial", filter.serial));
  if (filter.description !== undefined) query = query.where(like("token.description", filter.description));
  if (filter.type !== undefined) query = query.where("type", "in", listOf(filter.type.toLowerCase()));
  if (filter.rolloutState !== undefined) query = query.where("rollout_state", "=", filter.rolloutState);
  if (filter.resolver !== undefined) query = query.where("owner_resolver", "=", filter.resolver);
  if (filter.active !== undefined) query = query.where("active", "=", filter.active ? 1 : 0);
  if (filter.assigned !== undefined) query = query.where("owner_id", filter.assigned ? "is not" : "is", null);
  if (filter.realm !== undefined) {
    const realm = filter.realm.toLowerCase();
    query = query.where("token.id", "in", (from) =>
      from.selectFrom("token_realm").select("token_id").where("realm", "=", realm),
    );
  }
  if (filter.infoKey !== undefined) {
    const key = filter.infoKey;
    const value = filter.infoValue ?? "*";
    query = query.where("token.id", "in", (from) =>
      from.selectFrom("token_info").select("token_id").where("key", "=", key).where(like("token_info.value", value)),
    );
  }
  return query;
}

/** Tokens that an operation acts on. Errors: 905 (no target), 601 (a serial that is not there), 904. */
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

/** 601: no such token. */
export const unknownToken = (serial: string) => notFoundError(`There is no token ${JSON.stringify(serial)}.`);

/** Entries of a comma-separated list. PostgreSQL refuses to be asked for a NUL, which no entry has. */
const listOf = (text: string): string[] =>
  text
    .replaceAll("\0", "\uFFFD")
    .split(",")
    .map((entry) => entry.trim());

/** Characters of a stored value that are searched: the longest that can be stored. */
const searchedLength = 10_000;

const like = (column: string, pattern: string) =>
  sql<SqlBool>`lower(substr(${sql.ref(column)}, 1, ${searchedLength})) like lower(${likePattern(pattern)}) escape '\\'`;
