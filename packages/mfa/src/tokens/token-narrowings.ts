import type { DialectName } from "@bookend/store-sql";
import { type Expression, type SqlBool, sql } from "kysely";
import { isIndexed, type Search, searchIn, withoutNul } from "../database/search.js";
import type { UserRecord, UserService } from "../users/types.js";
import type { TokenFilter } from "./types.js";

/** One condition of a filter for token lists. */
export interface Narrowing {
  /** The name of the condition for clients. */
  readonly name: string;
  /** Whether an index finds the tokens that fulfill it. */
  readonly indexed: boolean;
  /** The SQL condition. With `byIndex`, for a query that finds tokens by this condition; otherwise for a query that checks each token. */
  where(byIndex: boolean): Expression<SqlBool>;
}

/** The conditions of a filter; conditions that probably match the fewest tokens come first. A user who does not exist has no tokens. */
export async function narrowingsOf(
  filter: TokenFilter,
  { dialect, users }: { readonly dialect: DialectName; readonly users: UserService },
): Promise<readonly Narrowing[]> {
  const { serial, description, type, rolloutState, resolver, userId, active, assigned } = filter;
  const { realm, containerSerial, group, infoKey, infoValue } = filter;
  const narrowings: Narrowing[] = [];
  const add = (name: string, indexed: boolean, where: (search: Search, byIndex: boolean) => Expression<SqlBool>) => {
    narrowings.push({
      name,
      indexed,
      where: (byIndex) => where(searchIn(dialect, { byIndex }), byIndex),
    });
  };
  /** A condition on rows of another table, either to find tokens by it or to check each token. */
  const addPart = (name: string, indexed: boolean, table: string, where: (search: Search) => Expression<SqlBool>) => {
    add(name, indexed, (search, byIndex) =>
      byIndex || dialect === "postgres"
        ? sql<SqlBool>`token.id in (select token_id from ${sql.raw(table)} where ${where(search)})`
        : sql<SqlBool>`exists (select 1 from ${sql.raw(table)} where token_id = token.id and ${where(search)})`,
    );
  };

  if (filter.user !== undefined) {
    const owner = await users.find(filter.user);
    add("user", true, (search) => (owner === null ? sql<SqlBool>`1 = 0` : isOwner(search, owner)));
  }
  if (serial !== undefined) add("serial", isIndexed(serial), ({ fits }) => fits("token.serial", serial));
  if (userId !== undefined) add("userid", !userId.includes("*"), ({ isOrFits }) => isOrFits("token.owner_id", userId));
  if (description !== undefined) {
    add("description", isIndexed(description), ({ fits }) => fits("token.description", description));
  }
  if (containerSerial === "") {
    add(
      "container_serial",
      false,
      () => sql<SqlBool>`not exists (select 1 from container_token where container_token.token_id = token.id)`,
    );
  } else if (containerSerial !== undefined) {
    const table = "container_token inner join container on container.id = container_token.container_id";
    addPart("container_serial", true, table, ({ fits }) => fits("container.serial", containerSerial));
  }
  if (group !== undefined) {
    const table = "token_group_member inner join token_group on token_group.id = token_group_member.group_id";
    addPart("tokengroup", true, table, ({ fitsAny }) => fitsAny("token_group.name", group));
  }
  if (infoKey !== undefined || infoValue !== undefined) {
    const name = infoValue === undefined ? "infokey" : "infovalue";
    addPart(name, infoKey !== undefined || isIndexed(infoValue ?? "*"), "token_info", ({ column, fits }) => {
      const fitsValue = fits("token_info.value", infoValue ?? "*");
      if (infoKey === undefined) return fitsValue;
      return sql<SqlBool>`${column("token_info.key")} = ${withoutNul(infoKey)} and ${fitsValue}`;
    });
  }
  if (rolloutState !== undefined) {
    add("rollout_state", isIndexed(rolloutState), ({ fits }) => fits("token.rollout_state", rolloutState));
  }
  if (realm !== undefined) {
    const indexed = realm.split(",").every((each) => isIndexed(each.trim()));
    addPart("tokenrealm", indexed, "token_realm", ({ fitsAny }) => fitsAny("token_realm.realm", realm));
  }
  if (resolver !== undefined) {
    add("resolver", !resolver.includes("*"), ({ isOrFits }) => isOrFits("token.owner_resolver", resolver));
  }
  if (type !== undefined) {
    const indexed = type.split(",").every((each) => isIndexed(each.trim()));
    add("type", indexed, ({ fitsAny }) => fitsAny("token.type", type));
  }
  if (assigned !== undefined) {
    // SQLite does not use an index for "is not null"; ids are never empty
    add("assigned", true, ({ column }) =>
      assigned ? sql<SqlBool>`${column("token.owner_id")} >= ''` : sql<SqlBool>`${column("token.owner_id")} is null`,
    );
  }
  if (active !== undefined) {
    add("active", true, ({ column }) => sql<SqlBool>`${column("token.active")} = ${active ? 1 : 0}`);
  }
  return narrowings;
}

function isOwner({ column }: Search, { resolver, uid, realm }: UserRecord): Expression<SqlBool> {
  return sql<SqlBool>`(${column("token.owner_resolver")} = ${resolver} and ${column("token.owner_id")} = ${uid} and ${column("token.owner_realm")} = ${realm})`;
}
