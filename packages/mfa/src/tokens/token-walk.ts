import { sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { ListPlace } from "../values/cursor.js";
import { checked, idsOf, within } from "./narrowed-tokens.js";
import { allTokens, inOrder, walkedTokens, wholeList } from "./ordered-tokens.js";
import { firstOfBlocks } from "./serial-blocks.js";
import { type Guided, guidedBy, ownersHaveValues } from "./token-guides.js";
import type { Narrowing, Sorted } from "./token-narrowings.js";
import { type OrderedPart, tokenOrder } from "./token-order.js";
import type { TokenSort } from "./types.js";

/** Maximum number of tokens before and on a page with which a list of certain serials is read by `firstOfBlocks`. */
const mostInBlocks = 2_000;

/** A part of a list. */
export interface ListPart {
  readonly sortBy: TokenSort;
  readonly descending: boolean;
  /** The place after which the part begins; undefined for the beginning of the list. */
  readonly place: ListPlace | undefined;
  readonly offset: number;
  readonly most: number;
}

type Reading = Pick<DomainContext, "reader" | "dialect">;

/**
 * The IDs of tokens in the order of a list, and the place up to which they were sought; undefined for the end of the
 * list.
 */
export interface Walked {
  readonly ids: readonly number[];
  readonly end: ListPlace | undefined;
}

/**
 * Reads tokens in the order of a list, and compares each with the conditions, until a page is full.
 *
 * PostgreSQL would choose another way if it expected few tokens. The limit of the inner query prevents that: conditions
 * around it are not applied to the table itself.
 *
 * @param isPartial Whether to end after 20,000 tokens.
 */
export async function walkTokens(
  reading: Reading,
  narrowings: readonly Narrowing[],
  { sortBy, descending, place, offset, most }: ListPart,
  isPartial: boolean,
): Promise<Walked> {
  const haveValues = await ownersHaveValues(reading, narrowings, sortBy);
  const guided = guidedBy(narrowings, sortBy, reading.dialect, haveValues);
  const checks = narrowings.filter((each) => each !== guided.fulfilled);
  const serials = isPartial || place !== undefined ? undefined : serialsOf(narrowings, guided);
  const wanted = offset + most;
  if (serials !== undefined && wanted <= mostInBlocks) {
    const first = await firstOfBlocks(reading, { guided, checks, serials, sortBy, descending, wanted });
    return { ids: first.slice(offset), end: undefined };
  }
  const ids: number[] = [];
  for (const section of sectionsOf(guided, place)) {
    const left = most - ids.length;
    if (left === 0) break;
    const ordered = inOrder(reading, guided, section, { isFirst: place === undefined, descending });
    if (checks.length === 0) {
      ids.push(...(await idsOf(ordered.limit(left).offset(offset))));
      continue;
    }
    const seen = within(reading.reader, ordered.limit(isPartial ? walkedTokens : allTokens));
    ids.push(...(await idsOf(checked(seen, checks).limit(left).offset(offset))));
    if (!isPartial || ids.length === most) continue;
    const last = await ordered
      .limit(1)
      .offset(walkedTokens - 1)
      .executeTakeFirst();
    if (last === undefined) continue;
    const value = tokenOrder(sortBy, reading.dialect).valueIn(last);
    return { ids, end: { sortBy, descending, value, serial: last.serial } };
  }
  return { ids, end: undefined };
}

/**
 * Counts the tokens that fulfill all conditions among the first 20,000 that the index of the list contains. `isWhole`
 * means that the index contains fewer. At least one condition must not be fulfilled by all tokens in the index.
 */
export async function countAtBeginning(
  reading: Reading,
  narrowings: readonly Narrowing[],
  { sortBy, descending }: Pick<ListPart, "sortBy" | "descending">,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  const haveValues = await ownersHaveValues(reading, narrowings, sortBy);
  const guided = guidedBy(narrowings, sortBy, reading.dialect, haveValues);
  const ordered = inOrder(reading, guided, wholeList(guided), { isFirst: true, descending });
  const checks = narrowings.filter((each) => each !== guided.fulfilled);
  const fulfilled = sql.join(
    checks.map((each) => each.where("check")),
    sql` and `,
  );
  const counted = within(reading.reader, ordered.limit(walkedTokens))
    .clearSelect()
    .select([sql<number>`count(*)`.as("walked"), sql<number>`count(*) filter (where ${fulfilled})`.as("found")]);
  const { walked, found } = await counted.executeTakeFirstOrThrow();
  return { count: Number(found), isWhole: Number(walked) < walkedTokens };
}

/** Returns whether an index has exactly the tokens of a list, in its order. */
export const isOfOneIndex = (
  { dialect }: Reading,
  narrowings: readonly Narrowing[],
  { sortBy }: Pick<ListPart, "sortBy">,
): boolean => narrowings.every((each) => each === guidedBy(narrowings, sortBy, dialect, false).fulfilled);

function sectionsOf(guided: Guided, place: ListPlace | undefined): readonly OrderedPart[] {
  return place === undefined ? [wholeList(guided)] : guided.order.behind(place);
}

/**
 * Returns the range of serials that a list is restricted to. Undefined if there is none, or if the list is read in the
 * order of the serials.
 */
function serialsOf(narrowings: readonly Narrowing[], { guide, order }: Guided): Sorted | undefined {
  const narrowing = narrowings.find(({ sorted }) => sorted?.by.includes("serial"));
  return narrowing === guide || order.keys.length === 1 ? undefined : narrowing?.sorted;
}
