import type { DialectName } from "@bookend/store-sql";
import { type Expression, type Kysely, sql } from "kysely";
import type { DomainSchema } from "../database/schema.js";
import type { TokenQuery } from "./stored-token.js";
import type { Narrowing } from "./token-narrowings.js";
import { searchedSerialOrder, type TokenOrder, tokenOrder } from "./token-order.js";
import { anyToken } from "./token-query.js";
import type { TokenSort } from "./types.js";

/** Rows that are counted unless all are requested. */
export const countedRows = 10_000;

/** A condition that finds few tokens by an index. */
export interface Lead {
  /** Undefined if every condition finds many. */
  readonly narrowing: Narrowing | undefined;
  /** The number of tokens that it finds; above the counting limit if every condition finds many. */
  readonly found: number;
}

/** Finds the condition with an index that finds the fewest tokens. */
export async function leadOf(db: Kysely<DomainSchema>, narrowings: readonly Narrowing[]): Promise<Lead> {
  let narrowing: Narrowing | undefined;
  let fewest = countedRows + 1;
  for (const each of narrowings) {
    if (!each.indexed || fewest === 0) continue;
    const found = await countRows(db, each.ids ?? oneFor(anyToken(db).where(each.where("find"))), fewest);
    if (found >= fewest) continue;
    fewest = found;
    narrowing = each;
  }
  return { narrowing, found: fewest };
}

/** Returns how many tokens a query finds, at most `most`. */
export function countTokens(db: Kysely<DomainSchema>, query: TokenQuery, most: number | undefined): Promise<number> {
  return countRows(db, oneFor(query), most);
}

const oneFor = (query: TokenQuery) => query.clearSelect().select(sql<number>`1`.as("one"));

async function countRows(
  db: Kysely<DomainSchema>,
  rows: Expression<unknown>,
  most: number | undefined,
): Promise<number> {
  const limit = most === undefined ? sql`` : sql` limit ${most}`;
  const counted = sql<{
    count: number;
  }>`select count(*) as count from (select 1 from (${rows}) as found${limit}) as counted`;
  const [row] = (await counted.execute(db)).rows;
  return Number(row?.count ?? 0);
}

/** How a list is read in its order. */
export interface Guided {
  readonly order: TokenOrder;
  /** The condition whose index has its tokens in that order. */
  readonly guide: Narrowing | undefined;
}

/** Returns the order of a list, and the condition whose index has this order. */
export function guidedBy(narrowings: readonly Narrowing[], sortBy: TokenSort, dialect: DialectName): Guided {
  const ofOneValue = narrowings.filter(({ sorted }) => sorted?.oneValue);
  // tokens with the same value in the sort column are in the order of their serials
  const by = ofOneValue.some(({ sorted }) => sorted?.by === sortBy) ? "serial" : sortBy;
  const range = narrowings.find(({ sorted }) => sorted?.by === by && !sorted.oneValue);
  if (range !== undefined && by === "serial") return { order: searchedSerialOrder(dialect), guide: range };
  return { order: tokenOrder(by, dialect), guide: range ?? (by === "serial" ? ofOneValue[0] : undefined) };
}
