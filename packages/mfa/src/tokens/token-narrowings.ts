import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { amongFewValues, isOrFitsOneOfFew } from "../database/few-values.js";
import { comparisonInBytes, isIndexed, patternsOf, type Search, searchIn, withoutNul } from "../database/search.js";
import { hasTrigrams, type TrigramColumn, tokensByTrigrams } from "../database/trigrams.js";
import { isIndexedInfo, isInfoIndexed } from "../database/usage-info.js";
import type { UserRecord, UserService } from "../users/types.js";
import { type CandidateOptions, type Candidates, candidatesIn, uncertain } from "./token-candidates.js";
import { type OrderKey, ownerSorts, searchedKey } from "./token-order.js";
import type { TokenFilter, TokenSort } from "./types.js";

/**
 * How a query uses a condition: an index may find tokens by the condition (`find`), or each token is checked (`check`).
 */
export type NarrowingUse = "find" | "check";

type Where = (search: Search) => Expression<SqlBool>;

/** One condition of a list of tokens, from one field of the filter. */
export interface Narrowing {
  /** The name of the field for clients. */
  readonly name: string;
  /** The ways in which an index finds the tokens that fulfill the condition. */
  readonly candidates: readonly Candidates[];
  /** The order of the index of the condition, if a list can have this order. */
  readonly sorted?: Sorted | undefined;
  /** Whether only tokens with an owner fulfill the condition. */
  readonly ofOwners: boolean;
  where(use: NarrowingUse): Expression<SqlBool>;
}

/** The order of an index, and the part of the index that contains all tokens that fulfill a condition. */
export interface Sorted {
  /** The sort columns of the lists that have this order. */
  readonly by: readonly TokenSort[];
  /** The expression that the index is ordered by, followed by the serial. */
  readonly key: OrderKey;
  /** Whether all tokens in the part have the same key, so that they are in the order of their serials as well. */
  readonly oneValue: boolean;
  /** Whether all tokens in the part fulfill the condition. */
  readonly exact: boolean;
  /** Creates the condition for the part of the index. */
  readonly where: Where;
}

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
  const { inTokens, inTable, anyOfParts } = candidatesIn(dialect);
  const add = (
    name: string,
    where: (search: Search, use: NarrowingUse) => Expression<SqlBool>,
    candidates: readonly (Candidates | undefined)[],
    { sorted, ofOwners = false }: Partial<Pick<Narrowing, "sorted" | "ofOwners">> = {},
  ) => {
    narrowings.push({
      name,
      candidates: candidates.filter((each) => each !== undefined),
      sorted,
      ofOwners,
      where: (use) => where(searchIn(dialect, { byIndex: use === "find" }), use),
    });
  };
  /** Returns the part of a pattern that an index of trigrams can find; undefined if there is none, or no index. */
  const indexedPart = (pattern: string) => {
    const part = isIndexed(pattern) ? pattern.replace(/^[^*]*/, "") : pattern;
    return trigrams && hasTrigrams(dialect, part) ? part : undefined;
  };
  /** Adds the condition for a pattern in a column with two indexes: one of its beginnings, and one of its trigrams. */
  const addText = (
    name: string,
    column: TrigramColumn,
    pattern: string,
    where: Where,
    {
      sorted,
      ofOwners = false,
      exact = true,
    }: Partial<Pick<Narrowing, "sorted" | "ofOwners"> & Pick<Candidates, "exact">> = {},
  ) => {
    const of = `token.${column}`;
    const beginning = beginningOf(pattern);
    const byBeginning =
      beginning === undefined
        ? undefined
        : inTokens(({ fits }) => fits(of, beginning), { key: searchedKey(of), exact: exact && beginning === pattern });
    const part = indexedPart(pattern);
    let byPart: Candidates | undefined;
    if (part !== undefined && dialect === "sqlite") byPart = { ids: tokensByTrigrams(column, part), ...uncertain };
    else if (part !== undefined) {
      byPart = inTokens(({ fits }) => fits(of, part), { exact: exact && part === pattern, byTrigrams: true });
    }
    add(name, where, [byBeginning, byPart], { sorted, ofOwners });
  };
  /** Adds a condition on rows of another table: tokens are found by such a row, or each token is checked for one. */
  const addPart = (name: string, table: string, where: Where, candidates: readonly (Candidates | undefined)[]) => {
    add(
      name,
      (search, use) =>
        use === "check"
          ? hasRow(sql.raw(table), where(search))
          : sql<SqlBool>`token.id in (select token_id from ${sql.raw(table)} where ${where(search)})`,
      candidates,
    );
  };

  if (filter.user !== undefined) {
    const owner = await users.find(filter.user);
    const where = (search: Search) => (owner === null ? sql<SqlBool>`1 = 0` : isOwner(search, owner));
    add("user", where, [inTokens(where)], { ofOwners: true });
  }
  if (serial !== undefined) {
    const sorted = sortedBy("serial", serial);
    addText("serial", "serial", serial, ({ fits }) => fits("token.serial", serial), { sorted });
  }
  if (userId !== undefined) {
    // IDs are case-sensitive, but the index is not
    const exact = userId.includes("*");
    const isExact = (search: Search) =>
      exact ? sql`` : sql` and ${search.column("token.owner_id")} = ${withoutNul(userId)}`;
    addText(
      "userid",
      "owner_id",
      userId,
      (search) => sql<SqlBool>`(${search.fits("token.owner_id", userId)}${isExact(search)})`,
      { exact, ofOwners: true },
    );
  }
  if (description !== undefined) {
    const sorted = sortedBy("description", description);
    addText("description", "description", description, ({ fits }) => fits("token.description", description), {
      sorted,
    });
  }
  if (containerSerial === "") {
    const none = sql<SqlBool>`not exists (select 1 from container_token where container_token.token_id = token.id)`;
    add("container_serial", () => none, []);
  } else if (containerSerial !== undefined) {
    const table = "container_token inner join container on container.id = container_token.container_id";
    const where = ({ fits }: Search) => fits("container.serial", containerSerial);
    addPart("container_serial", table, where, [inTable(table, where, { unique: true })]);
  }
  if (group !== undefined) {
    const table = "token_group_member inner join token_group on token_group.id = token_group_member.group_id";
    const where = ({ fitsAny }: Search) => fitsAny("token_group.name", group);
    addPart("tokengroup", table, where, [inTable(table, where)]);
  }
  if (infoKey !== undefined || infoValue !== undefined) {
    const value = infoValue ?? "*";
    const fitsInfo =
      (pattern: string, more = sql``) =>
      ({ column, fits }: Search) => {
        const fitsValue = fits("token_info.value", pattern);
        if (infoKey === undefined) return sql<SqlBool>`${fitsValue}${more}`;
        return sql<SqlBool>`${column("token_info.key")} = ${withoutNul(infoKey)} and ${fitsValue}${more}`;
      };
    const beginning = beginningOf(value) ?? (infoKey === undefined ? undefined : "*");
    const key = searchedKey("token_info.value");
    const byBeginning =
      beginning === undefined
        ? undefined
        : inTable("token_info", fitsInfo(beginning), {
            key,
            exact: beginning === value,
            unique: infoKey !== undefined,
          });
    const part = indexedPart(value);
    let byPart: Candidates | undefined;
    if (part !== undefined && isInfoIndexed(infoKey, part)) {
      // PostgreSQL uses a partial index only if the query contains the condition for its rows
      byPart =
        dialect === "sqlite"
          ? { ids: tokensByTrigrams("info", part), ...uncertain }
          : inTable("token_info", fitsInfo(part, sql` and ${isIndexedInfo}`), {
              exact: part === value,
              unique: infoKey !== undefined,
              byTrigrams: true,
            });
    }
    addPart(infoValue === undefined ? "infokey" : "infovalue", "token_info", fitsInfo(value), [byBeginning, byPart]);
  }
  if (rolloutState !== undefined) {
    const column = "token.rollout_state";
    // in this field, a comma is part of the value
    const { where, parts } = await amongFewValues(db, dialect, column, [rolloutState]);
    add("rollout_state", where, [anyOfParts(inTokens, where, parts, searchedKey(column))], {
      sorted: sortedBy("rolloutState", rolloutState),
    });
  }
  if (realm !== undefined) {
    const column = "token_realm.realm";
    const { where, parts } = await amongFewValues(db, dialect, column, patternsOf(realm));
    // several realms of a token can match one pattern
    const unique = !/[*,]/.test(realm);
    const inRealms = (each: Where, options: CandidateOptions) => inTable("token_realm", each, { unique, ...options });
    addPart("tokenrealm", "token_realm", where, [anyOfParts(inRealms, where, parts, searchedKey(column))]);
  }
  if (resolver !== undefined) {
    const { where, parts } = await isOrFitsOneOfFew(db, "token.owner_resolver", resolver);
    // in the index of resolvers, the next column is the ID of the owner
    const key = { expression: sql.ref("token.owner_id"), inBytes: false };
    add("resolver", where, [anyOfParts(inTokens, where, parts, key)], { ofOwners: true });
  }
  if (type !== undefined) {
    const column = "token.type";
    const { where, parts } = await amongFewValues(db, dialect, column, patternsOf(type));
    add("type", where, [anyOfParts(inTokens, where, parts, searchedKey(column))], {
      sorted: sortedByList("type", patternsOf(type)),
    });
  }
  if (assigned !== undefined) {
    const key = searchedKey("token.owner_id");
    // SQLite cannot use an index for "is not null"; PostgreSQL's index requires this operator
    const isAssigned = comparisonInBytes(dialect, ">=");
    const where = (search: Search) => {
      const value = search.key("token.owner_id");
      return assigned ? sql<SqlBool>`${value} ${isAssigned} ''` : sql<SqlBool>`${value} is null`;
    };
    add("assigned", where, [inTokens(where, { key })], {
      sorted: { by: assigned ? [] : ownerSorts, key, oneValue: !assigned, exact: true, where },
      ofOwners: assigned,
    });
  }
  if (active !== undefined) {
    const key = { expression: sql.ref("token.active"), inBytes: false };
    const where = ({ equals }: Search) => equals("token.active", active ? 1 : 0);
    add("active", where, [inTokens(where, { key })], {
      sorted: { by: ["active"], key, oneValue: true, exact: true, where },
    });
  }
  return narrowings;
}

/**
 * Creates the condition that a token has a row in another table. The offset keeps PostgreSQL from reading that table
 * first.
 */
const hasRow = (table: RawBuilder<unknown>, where: Expression<SqlBool>) =>
  sql<SqlBool>`exists (select 1 from ${table} where token_id = token.id and ${where} limit 1 offset 0)`;

/** Returns the part of a pattern that the index of a column can find; undefined if it begins with a wildcard. */
const beginningOf = (pattern: string): string | undefined =>
  isIndexed(pattern) ? pattern.replace(/\*.*$/s, "*") : undefined;

/**
 * Returns the order in which the index of a column has the tokens that match a pattern; undefined if the index does not
 * find these tokens.
 */
function sortedBy(by: keyof typeof searchedColumns, pattern: string): Sorted | undefined {
  const beginning = beginningOf(pattern);
  if (beginning === undefined) return undefined;
  const column = searchedColumns[by];
  return {
    by: [by],
    key: searchedKey(column),
    oneValue: by !== "serial" && !pattern.includes("*"),
    exact: beginning === pattern,
    where: ({ fits }) => fits(column, beginning),
  };
}

/** Does the same as `sortedBy` for a list of patterns: the part of the index from the first to the last of them. */
function sortedByList(by: keyof typeof searchedColumns, patterns: readonly string[]): Sorted | undefined {
  const [first = "", ...others] = patterns;
  if (others.length === 0) return sortedBy(by, first);
  const beginnings = patterns.map((pattern) => beginningOf(pattern)?.replace("*", "").toLowerCase());
  const ascii = beginnings.filter((each) => each !== undefined && /^[ -~]*$/.test(each)).sort();
  const [least, last] = [ascii[0], ascii.at(-1)];
  if (least === undefined || last === undefined || ascii.length < patterns.length) return undefined;
  const column = searchedColumns[by];
  const where: Where = ({ keyBetween }) => keyBetween(column, least, last);
  return { by: [by], key: searchedKey(column), oneValue: false, exact: false, where };
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
