import { type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { searchIn } from "../database/search.js";
import type { ListPlace } from "../values/cursor.js";
import { checked, idsOf, within } from "./narrowed-tokens.js";
import { allTokens, inOrder, wholeList } from "./ordered-tokens.js";
import type { TokenQuery } from "./stored-token.js";
import type { Guided } from "./token-guides.js";
import type { Narrowing, Sorted } from "./token-narrowings.js";
import { type OrderedPart, sorted } from "./token-order.js";
import { anyToken } from "./token-query.js";
import type { TokenSort } from "./types.js";

type Reading = Pick<DomainContext, "reader" | "dialect">;

/** Number of tokens that are read first. Each further step reads twice as many. */
const firstTokens = 2_000;

/** Maximum number of serials of which the first and the last one are sought, which takes up to 20 ms. */
const maxSerials = 200_000;

/** A list of tokens whose serials begin with a string, in an order by another column. */
export interface BlockList {
  readonly guided: Guided;
  /** The conditions to check. */
  readonly checks: readonly Narrowing[];
  /** The part of the index of serials that contains the serials of the list. */
  readonly serials: Sorted;
  readonly sortBy: TokenSort;
  readonly descending: boolean;
  /** Number of tokens from the beginning of the list. */
  readonly wanted: number;
}

/**
 * Returns the IDs of the first tokens of a list.
 *
 * In the order of a column, the tokens with the same value are in the order of their serials. Such a block may contain
 * half of all tokens, and those with certain serials may be at its end. When 2,000 tokens have been read, the rest of
 * the last block is therefore read only from the first to the last of these serials, and so on with 4,000 tokens of the
 * next blocks.
 */
export async function firstOfBlocks(
  reading: Reading,
  { guided, checks, serials, sortBy, descending, wanted }: BlockList,
): Promise<readonly number[]> {
  const ids: number[] = [];
  const read = async (ordered: TokenQuery) => {
    const found = checked(within(reading.reader, ordered), checks);
    ids.push(...(await idsOf(found.limit(wanted - ids.length))));
    return ids.length === wanted;
  };
  let isFirst = true;
  let range: SerialRange | undefined;
  let walked = firstTokens;
  for (let part: OrderedPart | undefined = wholeList(guided); part !== undefined; isFirst = false) {
    const ordered = inOrder(reading, guided, part, { isFirst, descending });
    if (await read(ordered.limit(walked))) return ids;
    const last = await ordered
      .limit(1)
      .offset(walked - 1)
      .executeTakeFirst();
    if (last === undefined) return ids;
    const place = { sortBy, descending, value: guided.order.valueIn(last), serial: last.serial };
    range ??= await rangeOf(reading, serials);
    const [rest, further] = guided.order.behind(place);
    const block = range === undefined ? rest : restOfBlock(reading, guided, place, range);
    if (block !== undefined) {
      const tokens = inOrder(reading, guided, block, { isFirst: false, descending });
      if (await read(tokens.limit(allTokens))) return ids;
    }
    part = further;
    walked *= 2;
  }
  return ids;
}

/** The first and the last of some serials. */
interface SerialRange {
  readonly first: string;
  readonly last: string;
}

/** Returns the first and the last serial; undefined if there are too many. */
async function rangeOf({ reader, dialect }: Reading, { key, where }: Sorted): Promise<SerialRange | undefined> {
  const tokens = anyToken(reader).where(where(searchIn(dialect, { inRange: true })));
  const found = sorted(tokens, [key], { dialect, descending: false })
    .limit(maxSerials + 1)
    .clearSelect()
    .select("token.serial");
  const { first, last, count } = await reader
    .selectFrom(found.as("found"))
    .select(({ fn }) => [fn.min("serial").as("first"), fn.max("serial").as("last"), fn.countAll<number>().as("count")])
    .executeTakeFirstOrThrow();
  return Number(count) > maxSerials ? undefined : { first, last };
}

/** Returns the part of a block that is behind a place and in a range of serials. */
function restOfBlock(
  { dialect }: Reading,
  { order }: Guided,
  place: ListPlace,
  { first, last }: SerialRange,
): OrderedPart | undefined {
  const block = order.block(place);
  // SQLite uses only one lower and one upper bound to find rows in an index
  const [least, greatest] =
    dialect === "sqlite" ? [sql.raw("min"), sql.raw("max")] : [sql.raw("least"), sql.raw("greatest")];
  const { descending, serial } = place;
  const from = descending ? sql`${first}` : sql`${greatest}(${first}, ${serial})`;
  const to = descending ? sql`${least}(${last}, ${serial})` : sql`${last}`;
  return (
    block && {
      ...block,
      where: sql<SqlBool>`${block.where} and token.serial >= ${from} and token.serial <= ${to} and token.serial <> ${serial}`,
    }
  );
}
