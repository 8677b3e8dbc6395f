import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { amongFewValues, isOrFitsOneOfFew } from "../database/few-values.js";
import { comparisonInBytes, isIndexed, type Search, searchIn, withoutNul } from "../database/search.js";
import { hasTrigrams, type TrigramColumn, tokensByTrigrams } from "../database/trigrams.js";
import { isIndexedInfo, isInfoIndexed } from "../database/usage-info.js";
import type { UserRecord, UserService } from "../users/types.js";
import { type OrderKey, searchedKey } from "./token-order.js";
import type { TokenFilter, TokenSort } from "./types.js";

/**
 * How a condition is used: in a query that finds tokens by it, in one that reads them in the order of its index, or in
 * one that checks each token. PostgreSQL chooses between the first and the last itself.
 */
export type NarrowingUse = "find" | "walk" | "check";

/** One condition of a list of tokens, from one field of the filter. */
export interface Narrowing {
  /** The name of the field for clients. */
  readonly name: string;
  /** Whether an index finds the tokens that fulfill it. */
  readonly indexed: boolean;
  /** The order in which that index has these tokens, if it is the order of a list. */
  readonly sorted?: Sorted | undefined;
  where(use: NarrowingUse): Expression<SqlBool>;
  /**
   * For a condition on another table, the ids of the tokens that fulfill it, which are read until there are enough. For
   * SQLite's index of trigrams, the ids of tokens that may fulfill it.
   */
  readonly ids?: RawBuilder<{ readonly token_id: number }> | undefined;
  /** Whether an index of trigrams finds the tokens. */
  readonly byTrigrams: boolean;
}

/** The order of an index. */
export interface Sorted {
  /** The column that lists are sorted by; undefined if none is. */
  readonly by: TokenSort | undefined;
  /** The expression that the index is ordered by, followed by the serial. */
  readonly key: OrderKey;
  /** Whether all of these tokens have the same key, so that they are in the order of their serials as well. */
  readonly oneValue: boolean;
}

/**
 * the plus keeps SQLite from reading a whole table in the order of its ids instead of the few rows that an index finds
 */
const distinctIds = "distinct +token_id as token_id";

/**
 * Returns the conditions of a filter, beginning with those that probably find the fewest tokens. A user who does not
 * exist has no tokens.
 */
export async function narrowingsOf(
  filter: TokenFilter,
  {
    db,
    dialect,
    trigrams,
    users,
  }: Pick<DomainContext, "db" | "dialect" | "trigrams"> & { readonly users: UserService },
): Promise<readonly Narrowing[]> {
  const { serial, description, type, rolloutState, resolver, userId, active, assigned } = filter;
  const { realm, containerSerial, group, infoKey, infoValue } = filter;
  const narrowings: Narrowing[] = [];
  const add = (
    name: string,
    indexed: boolean,
    where: (search: Search, use: NarrowingUse) => Expression<SqlBool>,
    { sorted, ids, byTrigrams = false }: Partial<Pick<Narrowing, "sorted" | "ids" | "byTrigrams">> = {},
  ) => {
    narrowings.push({
      name,
      indexed,
      sorted,
      ids,
      byTrigrams,
      where: (use) => where(searchIn(dialect, { byIndex: use !== "check", inRange: use === "walk", byTrigrams }), use),
    });
  };
  const hasIndexedPart = (pattern: string) => trigrams && !isIndexed(pattern) && hasTrigrams(dialect, pattern);
  /** Adds the condition for a pattern in a column with two indexes: one of its beginnings, and one of its trigrams. */
  const addText = (
    name: string,
    column: TrigramColumn,
    pattern: string,
    where: (search: Search) => Expression<SqlBool>,
    sorted?: Sorted,
  ) => {
    if (!hasIndexedPart(pattern)) return add(name, isIndexed(pattern), where, { sorted });
    const ids = dialect === "sqlite" ? tokensByTrigrams(column, pattern) : undefined;
    add(name, true, (search, use) => (use === "find" ? foundAmong(ids, where(search)) : where(search)), {
      ids,
      byTrigrams: true,
    });
  };
  /** Adds a condition on rows of another table: tokens are found by such a row, or each token is checked for one. */
  const addPart = (
    name: string,
    indexed: boolean,
    table: string,
    where: (search: Search) => Expression<SqlBool>,
    byTrigrams = false,
  ) => {
    const ids = (of: string, search: Search) =>
      sql<{ token_id: number }>`select ${sql.raw(of)} from ${sql.raw(table)} where ${where(search)}`;
    add(
      name,
      indexed,
      (search, use) =>
        use !== "check" || dialect === "postgres"
          ? sql<SqlBool>`token.id in (${ids("token_id", search)})`
          : sql<SqlBool>`exists (select 1 from ${sql.raw(table)} where token_id = token.id and ${where(search)})`,
      { ids: ids(distinctIds, searchIn(dialect, { byTrigrams })), byTrigrams },
    );
  };

  if (filter.user !== undefined) {
    const owner = await users.find(filter.user);
    add("user", true, (search) => (owner === null ? sql<SqlBool>`1 = 0` : isOwner(search, owner)));
  }
  if (serial !== undefined) {
    addText("serial", "serial", serial, ({ fits }) => fits("token.serial", serial), sortedBy("serial", serial));
  }
  if (userId !== undefined) {
    // IDs are case-sensitive, but the index is not
    const isExact = (search: Search) =>
      userId.includes("*") ? sql`` : sql` and ${search.column("token.owner_id")} = ${withoutNul(userId)}`;
    addText(
      "userid",
      "owner_id",
      userId,
      (search) => sql<SqlBool>`(${search.fits("token.owner_id", userId)}${isExact(search)})`,
    );
  }
  if (description !== undefined) {
    const sorted = sortedBy("description", description);
    addText("description", "description", description, ({ fits }) => fits("token.description", description), sorted);
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
    const value = infoValue ?? "*";
    const isByTrigrams = hasIndexedPart(value) && isInfoIndexed(infoKey, value);
    const fitsInfo = ({ column, fits }: Search) => {
      const fitsValue = fits("token_info.value", value);
      // PostgreSQL uses a partial index only if the query contains the condition for its rows
      const isInIndex = isByTrigrams && dialect === "postgres" ? sql` and ${isIndexedInfo}` : sql``;
      if (infoKey === undefined) return sql<SqlBool>`${fitsValue}${isInIndex}`;
      return sql<SqlBool>`${column("token_info.key")} = ${withoutNul(infoKey)} and ${fitsValue}${isInIndex}`;
    };
    if (isByTrigrams && dialect === "sqlite") {
      const ids = tokensByTrigrams("info", value);
      const exists = (search: Search) =>
        sql<SqlBool>`exists (select 1 from token_info where token_id = token.id and ${fitsInfo(search)})`;
      const onEach = exists(searchIn(dialect, { byIndex: false }));
      add(name, true, (_, use) => (use === "find" ? foundAmong(ids, onEach) : onEach), { ids, byTrigrams: true });
    } else {
      const indexed = isByTrigrams || infoKey !== undefined || isIndexed(value);
      addPart(name, indexed, "token_info", fitsInfo, isByTrigrams);
    }
  }
  if (rolloutState !== undefined) {
    const column = "token.rollout_state";
    // a comma is part of the value here
    const few = rolloutState.includes(",") ? undefined : await amongFewValues(db, dialect, column, rolloutState);
    add(
      "rollout_state",
      few?.indexed ?? isIndexed(rolloutState),
      few?.where ?? (({ fits }) => fits(column, rolloutState)),
      { sorted: sortedBy("rolloutState", rolloutState) },
    );
  }
  if (realm !== undefined) {
    const { indexed, where } = await amongFewValues(db, dialect, "token_realm.realm", realm);
    addPart("tokenrealm", indexed, "token_realm", where);
  }
  if (resolver !== undefined) {
    const { indexed, where } = await isOrFitsOneOfFew(db, "token.owner_resolver", resolver);
    add("resolver", indexed, where);
  }
  if (type !== undefined) {
    const sorted = type.includes(",") ? undefined : sortedBy("type", type.trim());
    const { indexed, where } = await amongFewValues(db, dialect, "token.type", type);
    add("type", indexed, where, { sorted });
  }
  if (assigned !== undefined) {
    const key = searchedKey("token.owner_id");
    // SQLite cannot use an index for "is not null"; PostgreSQL's index requires this operator
    const isAssigned = comparisonInBytes(dialect, ">=");
    add(
      "assigned",
      true,
      (search) => {
        const value = search.key("token.owner_id");
        return assigned ? sql<SqlBool>`${value} ${isAssigned} ''` : sql<SqlBool>`${value} is null`;
      },
      { sorted: { by: undefined, key, oneValue: !assigned } },
    );
  }
  if (active !== undefined) {
    add("active", true, ({ equals }) => equals("token.active", active ? 1 : 0), {
      sorted: { by: "active", key: { expression: sql.ref("token.active"), inBytes: false }, oneValue: true },
    });
  }
  return narrowings;
}

/** Selects the tokens with these ids (undefined for any) that fulfill a condition. */
const foundAmong = (ids: RawBuilder<unknown> | undefined, where: Expression<SqlBool>): Expression<SqlBool> =>
  ids === undefined ? where : sql<SqlBool>`(token.id in (${ids}) and ${where})`;

/**
 * Returns the order in which the index of a column has the tokens that match a pattern; undefined if it does not find
 * them.
 */
function sortedBy(by: keyof typeof searchedColumns, pattern: string): Sorted | undefined {
  if (!isIndexed(pattern)) return undefined;
  return { by, key: searchedKey(searchedColumns[by]), oneValue: by !== "serial" && !pattern.includes("*") };
}

const searchedColumns = {
  serial: "token.serial",
  type: "token.type",
  description: "token.description",
  rolloutState: "token.rollout_state",
} as const satisfies Partial<Record<TokenSort, string>>;

function isOwner({ column }: Search, { resolver, uid, realm }: UserRecord): Expression<SqlBool> {
  return sql<SqlBool>`(${column("token.owner_resolver")} = ${resolver} and ${column("token.owner_id")} = ${uid} and ${column("token.owner_realm")} = ${realm})`;
}
