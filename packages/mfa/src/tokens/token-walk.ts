import { sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { ListPlace } from "../values/cursor.js";
import { checked, idsOf, within } from "./narrowed-tokens.js";
import type { TokenQuery } from "./stored-token.js";
import { type Guided, guidedBy } from "./token-guides.js";
import type { Narrowing } from "./token-narrowings.js";
import { type OrderedPart, sorted, tokenOrder } from "./token-order.js";
import { anyToken } from "./token-query.js";
import type { TokenSort } from "./types.js";

/**
 * Maximum number of tokens among which a part of a list is sought. Comparing them takes a statement less than 50 ms.
 */
const walkedTokens = 20_000;

/** A limit that is larger than any number of tokens. */
const allTokens = 1_000_000_000;

/** A part of a list. */
export interface ListPart {
  readonly sortBy: TokenSort;
  readonly descending: boolean;
  /** Undefined for the beginning of the list. */
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
  const guided = guidedBy(narrowings, sortBy, reading.dialect);
  const checks = narrowings.filter((each) => each !== guided.fulfilled);
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
 * Counts the tokens that fulfill all conditions among the first 20,000 that the index of the list contains. The index
 * alone must not fulfill all conditions.
 */
export async function countAtBeginning(
  reading: Reading,
  narrowings: readonly Narrowing[],
  { sortBy, descending }: Pick<ListPart, "sortBy" | "descending">,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  const guided = guidedBy(narrowings, sortBy, reading.dialect);
  const keys = [...guided.before, ...guided.order.keys];
  const ordered = inOrder(reading, guided, { where: undefined, keys }, { isFirst: true, descending });
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
): boolean => narrowings.every((each) => each === guidedBy(narrowings, sortBy, dialect).fulfilled);

function sectionsOf({ order, before }: Guided, place: ListPlace | undefined): readonly OrderedPart[] {
  return place === undefined ? [{ where: undefined, keys: [...before, ...order.keys] }] : order.behind(place);
}

function inOrder(
  { reader, dialect }: Reading,
  guided: Guided,
  { where, keys }: OrderedPart,
  { isFirst, descending }: { readonly isFirst: boolean; readonly descending: boolean },
): TokenQuery {
  const conditions = [guided.where(isFirst), where].filter((each) => each !== undefined);
  const tokens = conditions.reduce((query, each) => query.where(each), anyToken(reader));
  return sorted(tokens, keys, { dialect, descending });
}
