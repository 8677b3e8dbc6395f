import type { DialectName } from "@bookend/store-sql";
import { type Expression, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { searchIn } from "../database/search.js";
import type { Narrowing } from "./token-narrowings.js";
import { type OrderKey, ownerSorts, searchedSerialOrder, type TokenOrder, tokenOrder } from "./token-order.js";
import type { TokenSort } from "./types.js";

/** How a list is read in its order. */
export interface Guided {
  readonly order: TokenOrder;
  /**
   * Keys that come first in the index. All tokens that are read have the same value there, so they are in the order of
   * the list.
   */
  readonly before: readonly OrderKey[];
  /**
   * Returns the condition for the part of the index that contains the tokens; undefined for the whole index.
   *
   * @param inRange Whether PostgreSQL should read one value as a range, in the order of `before`.
   */
  where(inRange: boolean): Expression<SqlBool> | undefined;
  /** The condition whose index is read; undefined if the index of the order is read. */
  readonly guide: Narrowing | undefined;
  /** A condition that every token in the part of the index fulfills. */
  readonly fulfilled: Narrowing | undefined;
}

/**
 * Determines the order of a list, and the condition whose index has this order.
 *
 * @param ownersHaveValues Whether each token with an owner has a value in the sort column.
 */
export function guidedBy(
  narrowings: readonly Narrowing[],
  sortBy: TokenSort,
  dialect: DialectName,
  ownersHaveValues: boolean,
): Guided {
  const ofOneValue = narrowings.filter(({ sorted }) => sorted?.oneValue);
  // tokens with the same value in the sort column are in the order of their serials
  const by = ofOneValue.some(({ sorted }) => sorted?.by.includes(sortBy)) ? "serial" : sortBy;
  const ofRange = narrowings.find(({ sorted }) => sorted?.by.includes(by) && !sorted.oneValue);
  const guide = ofRange ?? (by === "serial" ? ofOneValue[0] : undefined);
  const order = ofRange && by === "serial" ? searchedSerialOrder(dialect) : tokenOrder(by, dialect);
  if (guide?.sorted) {
    const { key, exact, oneValue, where } = guide.sorted;
    return {
      order,
      before: oneValue && dialect === "postgres" ? [key] : [],
      where: (inRange) => where(searchIn(dialect, { inRange })),
      guide,
      fulfilled: exact ? guide : undefined,
    };
  }
  const [key] = order.keys;
  // tokens without an owner have an empty name, which comes first
  const isOfOwners = ownersHaveValues && ownerSorts.includes(by) && isOfOwned(narrowings);
  const hasOwner = isOfOwners && key ? sql<SqlBool>`${key.expression} > ''` : undefined;
  return { order, before: [], where: () => hasOwner, guide: undefined, fulfilled: undefined };
}

/**
 * Returns whether each token with an owner has a value in the sort column of a list; false if that does not matter. A
 * token has an owner without a realm if it was assigned to a user of a resolver.
 */
export async function ownersHaveValues(
  { reader }: Pick<DomainContext, "reader">,
  narrowings: readonly Narrowing[],
  sortBy: TokenSort,
): Promise<boolean> {
  if (!isOfOwned(narrowings) || sortBy !== "realm") return sortBy === "username";
  // the condition of the index of such tokens
  const withoutRealm = reader
    .selectFrom("token")
    .select("id")
    .where(sql<SqlBool>`length(token.owner_realm) = 0`)
    .limit(1);
  return (await withoutRealm.executeTakeFirst()) === undefined;
}

const isOfOwned = (narrowings: readonly Narrowing[]) => narrowings.some(({ ofOwners }) => ofOwners);
