import type { DialectName } from "@bookend/store-sql";
import { type Kysely, sql } from "kysely";
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
  readonly narrowing: Narrowing;
  readonly found: number;
}

/** The condition that finds the fewest tokens by an index; undefined if each finds many. */
export async function leadOf(db: Kysely<DomainSchema>, narrowings: readonly Narrowing[]): Promise<Lead | undefined> {
  let lead: Lead | undefined;
  for (const narrowing of narrowings) {
    if (!narrowing.indexed) continue;
    const most = lead?.found ?? countedRows + 1;
    const found = await countTokens(db, anyToken(db).where(narrowing.where("find")), most);
    if (found < most) lead = { narrowing, found };
    if (found === 0) break;
  }
  return lead;
}

/** How many rows a query has; stops at `most`. */
export async function countTokens(
  db: Kysely<DomainSchema>,
  query: TokenQuery,
  most: number | undefined,
): Promise<number> {
  const rows = query.clearSelect().select(sql<number>`1`.as("one"));
  const { count } = await db
    .selectFrom((most === undefined ? rows : rows.limit(most)).as("counted"))
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How a list is read in its order. */
export interface Guided {
  readonly order: TokenOrder;
  /** The condition whose index has its tokens in that order. */
  readonly guide: Narrowing | undefined;
}

/** The order of a list, and the condition that has it. */
export function guidedBy(narrowings: readonly Narrowing[], sortBy: TokenSort, dialect: DialectName): Guided {
  const ofOneValue = narrowings.filter(({ sorted }) => sorted?.oneValue);
  // what has the same value in the column that the list is sorted by is in the order of the serials
  const by = ofOneValue.some(({ sorted }) => sorted?.by === sortBy) ? "serial" : sortBy;
  const range = narrowings.find(({ sorted }) => sorted?.by === by && !sorted.oneValue);
  if (range !== undefined && by === "serial") return { order: searchedSerialOrder(dialect), guide: range };
  return { order: tokenOrder(by, dialect), guide: range ?? (by === "serial" ? ofOneValue[0] : undefined) };
}
