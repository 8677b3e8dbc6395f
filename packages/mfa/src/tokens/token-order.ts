import type { DialectName } from "@bookend/store-sql";
import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { DomainSchema } from "../database/schema.js";
import { comparisonInBytes, searchKey } from "../database/search.js";
import type { ListPlace } from "../values/cursor.js";
import type { StoredToken } from "./stored-token.js";
import type { TokenSort } from "./types.js";

type Row = StoredToken["row"];

/** An expression that an index is ordered by. */
export interface OrderKey {
  readonly expression: RawBuilder<unknown>;
  /** Whether the index compares bytes instead of using the collation of the database. */
  readonly inBytes: boolean;
}

/** A part of a list that an index contains in the order of the list. */
export interface OrderedPart {
  /** The condition for the tokens of this part; undefined for all of them. */
  readonly where: RawBuilder<SqlBool> | undefined;
  readonly keys: readonly OrderKey[];
}

/** The order of a list of tokens. An index contains the compared values, followed by the serial. */
export interface TokenOrder {
  /** The type of the values that cursors of such lists contain. */
  readonly kind: "string" | "number";
  readonly keys: readonly OrderKey[];
  /** Returns the value of a token that determines its place in this order. */
  valueIn(row: Row): string | number;
  /**
   * Returns the parts of the list after a place, one after the other. Each of them is a range of the index; with a
   * single condition, the database would read every token that has the same value as the place.
   */
  behind(place: ListPlace): readonly OrderedPart[];
  /** Returns the part with the value of a place, before and after it; undefined in the order of the serials. */
  block(place: ListPlace): OrderedPart | undefined;
}

interface Column {
  readonly name: string;
  readonly kind: TokenOrder["kind"];
  valueIn(row: Row): string | number;
  /** Converts the column, or a value, to the form that is compared; undefined for the serial, which is not converted. */
  readonly key: ((of: RawBuilder<unknown>) => RawBuilder<unknown>) | undefined;
  readonly inBytes: boolean;
}

type Compared = Pick<Column, "key" | "inBytes">;

const itself: Compared = { key: (of) => of, inBytes: false };

/** Compares strings in the same way as filters. */
const searched: Compared = { key: searchKey, inBytes: true };

/** Replaces null, which SQLite sorts first and PostgreSQL last. */
const orNothing: Compared = { key: (of) => sql`coalesce(${of}, '')`, inBytes: false };

const columns = {
  serial: { name: "serial", kind: "string", valueIn: ({ serial }) => serial, key: undefined, inBytes: false },
  type: { name: "type", kind: "string", valueIn: ({ type }) => type, ...searched },
  description: { name: "description", kind: "string", valueIn: ({ description }) => description, ...searched },
  active: { name: "active", kind: "number", valueIn: ({ active }) => active, ...itself },
  failCount: { name: "fail_count", kind: "number", valueIn: ({ fail_count }) => fail_count, ...itself },
  rolloutState: { name: "rollout_state", kind: "string", valueIn: ({ rollout_state }) => rollout_state, ...searched },
  username: { name: "owner_login", kind: "string", valueIn: ({ owner_login }) => owner_login ?? "", ...orNothing },
  realm: { name: "owner_realm", kind: "string", valueIn: ({ owner_realm }) => owner_realm ?? "", ...orNothing },
} as const satisfies Record<TokenSort, Column>;

const serialKey: OrderKey = { expression: sql.ref("token.serial"), inBytes: false };

/** The columns that lists of tokens can be sorted by. */
export const tokenSorts = Object.keys(columns) as readonly TokenSort[];

/** Orders in which all tokens without an owner have the same value, which is less than that of any other token. */
export const ownerSorts: readonly TokenSort[] = ["username", "realm"];

/** Returns the expression that filters compare, by which the index of the column is ordered. */
export const searchedKey = (column: string): OrderKey => ({ expression: searchKey(sql.ref(column)), inBytes: true });

/** Returns the order of a list that is sorted by this column. */
export function tokenOrder(sortBy: TokenSort, dialect: DialectName): TokenOrder {
  return orderBy(columns[sortBy], dialect);
}

/** Returns the order by serial of tokens that are found by the beginning of their serial. Letter case is ignored. */
export function searchedSerialOrder(dialect: DialectName): TokenOrder {
  return orderBy({ ...columns.serial, ...searched }, dialect);
}

function orderBy({ name, kind, valueIn, key, inBytes }: Column, dialect: DialectName): TokenOrder {
  const serialBehind = ({ serial, descending }: ListPlace) =>
    sql<SqlBool>`token.serial ${sql.raw(descending ? "<" : ">")} ${serial}`;
  if (key === undefined) {
    const keys = [serialKey];
    return { kind, keys, valueIn, behind: (place) => [{ where: serialBehind(place), keys }], block: () => undefined };
  }
  const expression = key(sql.ref(`token.${name}`));
  const keys = [{ expression, inBytes }, serialKey];
  const keyOf = (place: ListPlace) => {
    // a list whose tokens all have the same value in the sort column is in the order of their serials: its places are
    // found by the serial
    const value = name === columns.serial.name ? place.serial : place.value;
    return key(kind === "string" ? sql`cast(${value} as text)` : sql`${value}`);
  };
  return {
    kind,
    keys,
    valueIn,
    block: (place) => ({ where: sql<SqlBool>`${expression} = ${keyOf(place)}`, keys: [serialKey] }),
    behind(place) {
      const keyOfPlace = keyOf(place);
      const isBehind = place.descending ? "<" : ">";
      const operator = inBytes ? comparisonInBytes(dialect, isBehind) : sql.raw(isBehind);
      return [
        // these tokens have the same value; SQLite would nevertheless sort by it if it were a key
        { where: sql<SqlBool>`(${expression} = ${keyOfPlace} and ${serialBehind(place)})`, keys: [serialKey] },
        { where: sql<SqlBool>`${expression} ${operator} ${keyOfPlace}`, keys },
      ];
    },
  };
}

/** Sorts a query in the order of an index. */
export function sorted<Found>(
  query: SelectQueryBuilder<DomainSchema, "token", Found>,
  keys: readonly OrderKey[],
  { dialect, descending }: { readonly dialect: DialectName; readonly descending: boolean },
): SelectQueryBuilder<DomainSchema, "token", Found> {
  return keys.reduce((ordered, { expression, inBytes }) => {
    if (!inBytes || dialect === "sqlite") return ordered.orderBy(expression, descending ? "desc" : "asc");
    // PostgreSQL takes the direction from an operator of the index
    return ordered.orderBy(sql`${expression} using ${comparisonInBytes(dialect, descending ? ">" : "<")}`);
  }, query);
}
