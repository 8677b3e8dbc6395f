import type { Kysely, Selectable } from "kysely";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { withoutNul } from "../database/search.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import type { UserRecord, UserService } from "../users/types.js";
import type { TokenQuery } from "./stored-token.js";
import type { TokenTarget } from "./types.js";

type Db = Kysely<DomainSchema>;

/**
 * Maximum number of rows that are counted, unless the caller requests all. If a condition finds no more rows than this,
 * these rows are sorted.
 */
export const countedRows = 10_000;

/** Named, since SQLite returns named columns faster than those of `select *`. */
const columns = [
  "token.id",
  "token.serial",
  "token.type",
  "token.description",
  "token.active",
  "token.revoked",
  "token.pin_hash",
  "token.key_sealed",
  "token.otp_length",
  "token.counter",
  "token.fail_count",
  "token.max_fail_count",
  "token.count_window",
  "token.sync_window",
  "token.rollout_state",
  "token.owner_id",
  "token.owner_login",
  "token.owner_resolver",
  "token.owner_realm",
] as const;

/** Selects all tokens. */
export const anyToken = (db: Db): TokenQuery => db.selectFrom("token").select(columns);

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
 * @throws {MfaError} PARAMETER_INVALID if no target is given
 * @throws {MfaError} NOT_FOUND if a serial does not exist
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

/** Returns the error for a token that does not exist. */
export const unknownToken = (serial: string) => notFoundError(`There is no token ${JSON.stringify(serial)}.`);

/** Splits a comma-separated list. */
const listOf = (text: string): string[] =>
  withoutNul(text)
    .split(",")
    .map((entry) => entry.trim());
