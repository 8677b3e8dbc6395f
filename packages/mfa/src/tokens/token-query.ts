import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { fits, fitsAny, isOrFits, withoutNul } from "../database/search.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import type { UserRecord, UserService } from "../users/types.js";
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
  if (filter.serial !== undefined) query = query.where(fits("token.serial", filter.serial));
  if (filter.description !== undefined) query = query.where(fits("token.description", filter.description));
  if (filter.type !== undefined) query = query.where(fitsAny("token.type", filter.type));
  if (filter.rolloutState !== undefined) query = query.where(fits("token.rollout_state", filter.rolloutState));
  if (filter.resolver !== undefined) query = query.where(isOrFits("token.owner_resolver", filter.resolver));
  if (filter.userId !== undefined) query = query.where(isOrFits("token.owner_id", filter.userId));
  if (filter.active !== undefined) query = query.where("active", "=", filter.active ? 1 : 0);
  if (filter.assigned !== undefined) query = query.where("owner_id", filter.assigned ? "is not" : "is", null);
  return withParts(query, filter);
}

/** Narrows tokens by what they have several of, and by what they are in. */
function withParts(query: TokenQuery, { realm, containerSerial, group, infoKey, infoValue }: TokenFilter): TokenQuery {
  return query
    .$if(realm !== undefined, (tokens) =>
      tokens.where("token.id", "in", (from) =>
        from
          .selectFrom("token_realm")
          .select("token_id")
          .where(fitsAny("token_realm.realm", realm as string)),
      ),
    )
    .$if(containerSerial === "", (tokens) =>
      tokens.where("token.id", "not in", (from) => from.selectFrom("container_token").select("token_id")),
    )
    .$if(containerSerial !== undefined && containerSerial !== "", (tokens) =>
      tokens.where("token.id", "in", (from) =>
        from
          .selectFrom("container_token")
          .innerJoin("container", "container.id", "container_token.container_id")
          .select("container_token.token_id")
          .where(fits("container.serial", containerSerial as string)),
      ),
    )
    .$if(group !== undefined, (tokens) =>
      tokens.where("token.id", "in", (from) =>
        from
          .selectFrom("token_group_member")
          .innerJoin("token_group", "token_group.id", "token_group_member.group_id")
          .select("token_group_member.token_id")
          .where(fitsAny("token_group.name", group as string)),
      ),
    )
    .$if(infoKey !== undefined || infoValue !== undefined, (tokens) =>
      tokens.where("token.id", "in", (from) =>
        from
          .selectFrom("token_info")
          .select("token_id")
          .where(fits("token_info.value", infoValue ?? "*"))
          .$if(infoKey !== undefined, (infos) => infos.where("key", "=", withoutNul(infoKey as string))),
      ),
    );
}

/**
 * Tokens that an operation acts on.
 *
 * @throws {MfaError} USER_INVALID
 * @throws {MfaError} PARAMETER_INVALID no target
 * @throws {MfaError} NOT_FOUND a serial that is not there
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

/** 601: no such token. */
export const unknownToken = (serial: string) => notFoundError(`There is no token ${JSON.stringify(serial)}.`);

/** Entries of a comma-separated list. */
const listOf = (text: string): string[] =>
  withoutNul(text)
    .split(",")
    .map((entry) => entry.trim());
