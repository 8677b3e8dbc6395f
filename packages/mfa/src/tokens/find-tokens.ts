import { readRows, type Statement, statement } from "@bookend/store-sql";
import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import type { UserRecord } from "../users/types.js";
import type { StoredToken, TokenQuery } from "./stored-token.js";
import { anyToken, tokensOf } from "./token-query.js";

type Dialect = DomainContext["dialect"];

/** A token in one row: its tokeninfo is `[[key, value], …]`, its realms `[realm, …]`, as JSON. */
interface Row extends Selectable<TokenTable> {
  readonly info_json: string;
  readonly realms_json: string;
}

const ofUser = statement((db: Kysely<DomainSchema>, user: Pick<UserRecord, "uid" | "resolver" | "realm">, dialect) =>
  whole(tokensOf(db, user).orderBy("token.id"), dialect),
);

const bySerial = statement((db: Kysely<DomainSchema>, { serial }: { readonly serial: string }, dialect) =>
  whole(anyToken(db).where("serial", "=", serial), dialect),
);

/** Finds the tokens of a user for authentication, in a single statement. */
export function findTokensOf(
  context: Pick<DomainContext, "db" | "dialect">,
  { uid, resolver, realm }: Pick<UserRecord, "uid" | "resolver" | "realm">,
): Promise<readonly StoredToken[]> {
  return find(context, ofUser, { uid, resolver, realm });
}

/** Finds the token with this serial. */
export async function findToken(
  context: Pick<DomainContext, "db" | "dialect">,
  serial: string,
): Promise<StoredToken | undefined> {
  const [token] = await find(context, bySerial, { serial });
  return token;
}

async function find<Values extends object>(
  context: Pick<DomainContext, "db" | "dialect">,
  statement: Statement<Values, Row>,
  values: Values,
): Promise<readonly StoredToken[]> {
  const rows = await readRows(context, statement, values);
  // the row keeps its two JSON columns, since copying the other columns would take longer than the query
  return rows.map((row) => ({
    row,
    info: Object.fromEntries(JSON.parse(row.info_json) as [string, string][]),
    realms: JSON.parse(row.realms_json) as string[],
  }));
}

/** Adds the related data of a token to a query. */
function whole(query: TokenQuery, dialect: Dialect) {
  return query.select([
    listed(dialect, {
      postgres: sql`json_agg(json_build_array(key, value) order by key)`,
      sqlite: sql`json_group_array(json_array(key, value))`,
      from: sql`select key, value from token_info where token_id = token.id order by key`,
    }).as("info_json"),
    listed(dialect, {
      postgres: sql`json_agg(realm order by realm)`,
      sqlite: sql`json_group_array(realm)`,
      from: sql`select realm from token_realm where token_id = token.id order by realm`,
    }).as("realms_json"),
  ]);
}

function listed(
  dialect: Dialect,
  { postgres, sqlite, from }: Record<Dialect | "from", RawBuilder<unknown>>,
): RawBuilder<string> {
  return dialect === "postgres"
    ? sql`(select cast(coalesce(${postgres}, '[]') as text) from (${from}) as part)`
    : sql`(select ${sqlite} from (${from}))`;
}
