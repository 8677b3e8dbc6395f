import { problemMessage } from "@bookend/core";
import { isStatementTimeout } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";
import type { UserService } from "../users/types.js";
import { cursorOf, placeOf } from "../values/cursor.js";
import { pageNumbers, pageSlice } from "../values/paging.js";
import { eachInTurn, takeListTurn } from "../values/turns.js";
import { type FewTokens, fewTokens, sortFew } from "./few-tokens.js";
import { loadTokens, type StoredToken, tokenRecord } from "./stored-token.js";
import { countTokens } from "./token-count.js";
import { type Narrowing, narrowingsOf } from "./token-narrowings.js";
import { tokenOrder } from "./token-order.js";
import { anyToken } from "./token-query.js";
import { isOfOneIndex, type ListPart, type Walked, walkTokens } from "./token-walk.js";
import type { TokenFilter, TokenPage, TokenPaging, TokenRecord, TokenSort } from "./types.js";

const maxPageSize = 1000;

/** Maximum number of tokens before a page that is requested by its number. The database reads them one by one. */
const maxOffset = 50_000;

type Reading = Pick<DomainContext, "reader" | "dialect" | "trigrams">;

/**
 * Returns a page of tokens.
 *
 * Neither database knows how many tokens a condition finds, and where in the order of a list they are, so they are
 * counted. If the condition that finds the fewest tokens finds only a few, these are sorted. Otherwise, tokens are read
 * in the order of the list until the page is full: those of a condition whose index has that order, or all.
 *
 * @throws {MfaError} PARAMETER_INVALID, including for a search that takes too long
 */
export async function tokenPageOf(
  reading: Reading,
  users: UserService,
  filter: TokenFilter,
  { sortBy = "serial", descending = false, cursor, countAll = false, ...asked }: TokenPaging,
): Promise<TokenPage> {
  const { reader, dialect } = reading;
  const slice = pageSlice(asked, maxPageSize);
  if (cursor === undefined && slice.offset > maxOffset) throw tooFar(slice.current);
  const narrowings = await narrowingsOf(filter, { ...reading, db: reader, users });
  const { kind, valueIn } = tokenOrder(sortBy, dialect);
  const place = cursor ? placeOf(cursor, { sortBy, descending, kind }) : undefined;
  const isPartial = cursor !== undefined && !countAll;
  try {
    const few = await fewTokens(reading, narrowings);
    const offset = cursor === undefined ? slice.offset : 0;
    // one more token than the page has shows whether there is a next page
    const most = slice.size === 0 ? 0 : slice.size + 1;
    const part = { sortBy, descending, place, offset, most };
    const { ids, end } = await idsOf(reading, narrowings, few, part, isPartial);
    const isWhole = place === undefined && end === undefined && ids.length < most && (ids.length > 0 || offset === 0);
    const { count, countMore } = isWhole
      ? { count: offset + ids.length, countMore: false }
      : await countTokens(reading, narrowings, few, countAll ? "all" : isPartial ? part : undefined);
    const tokens = await tokensWith(ids.slice(0, slice.size), reading);
    const last = ids.length > slice.size ? tokens.at(-1) : undefined;
    const next = last ? { sortBy, descending, value: valueIn(last.row), serial: last.row.serial } : end;
    const records: TokenRecord[] = [];
    await eachInTurn(tokens, (token) => records.push(tokenRecord(token)));
    const numbers = pageNumbers(slice, last === undefined ? 0 : slice.current * slice.size + 1);
    return {
      count,
      countMore,
      tokens: records,
      ...(cursor === undefined ? numbers : { ...numbers, previous: null, next: null }),
      cursor: next && cursorOf(next),
    };
  } catch (error) {
    throw tooSlow(error, narrowings, sortBy) ?? error;
  }
}

/**
 * Returns all tokens that fulfill a filter, in the order of their serials.
 *
 * @throws {MfaError} PARAMETER_INVALID for more tokens than `most`, and for a search that takes too long
 */
export async function allTokensOf(
  reading: Reading,
  users: UserService,
  filter: TokenFilter,
  most: number,
): Promise<readonly StoredToken[]> {
  const narrowings = await narrowingsOf(filter, { ...reading, db: reading.reader, users });
  const part = { sortBy: "serial", descending: false, place: undefined, offset: 0, most: most + 1 } as const;
  try {
    const { ids } = await idsOf(reading, narrowings, await fewTokens(reading, narrowings), part, false);
    if (ids.length > most) throw tooLong(most);
    const tokens: StoredToken[] = [];
    for (let start = 0; start < ids.length; start += maxPageSize) {
      await takeListTurn();
      tokens.push(...(await tokensWith(ids.slice(start, start + maxPageSize), reading)));
    }
    return tokens;
  } catch (error) {
    throw tooSlow(error, narrowings, "serial") ?? error;
  }
}

/**
 * Returns the IDs of the tokens of a part of a list: sorting them, or skipping those of earlier pages, does not need
 * complete rows.
 */
async function idsOf(
  reading: Reading,
  narrowings: readonly Narrowing[],
  few: FewTokens | undefined,
  part: ListPart,
  isPartial: boolean,
): Promise<Walked> {
  return few && !isOfOneIndex(reading, narrowings, part)
    ? { ids: await sortFew(reading, few.tokens, narrowings, part), end: undefined }
    : walkTokens(reading, narrowings, part, isPartial);
}

/** Returns the tokens with these IDs, in the same order, without those that were deleted in the meantime. */
async function tokensWith(ids: readonly number[], { reader }: Reading): Promise<readonly StoredToken[]> {
  if (ids.length === 0) return [];
  const tokens = await loadTokens(reader, anyToken(reader).where("token.id", "in", ids));
  const byId = new Map(tokens.map((token) => [token.row.id, token]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function tooFar(page: number): Error {
  return invalidValue(
    "page",
    page,
    `a page that begins among the first ${maxOffset.toLocaleString("en")} tokens, or cursor instead, which has no limit`,
  );
}

function tooLong(most: number): Error {
  return parameterError(
    problemMessage(
      `More than ${most.toLocaleString("en")} tokens match`,
      "a filter that fewer tokens match, such as a type, a realm or a part of the serial",
    ),
  );
}

/** Returns an error that tells a client how to change a search that took too long; undefined for any other error. */
function tooSlow(error: unknown, narrowings: readonly Narrowing[], sortBy: TokenSort): Error | undefined {
  if (!isStatementTimeout(error)) return undefined;
  const slow = narrowings.find(({ candidates }) => candidates.length === 0) ?? narrowings[0];
  const what = slow === undefined ? `sortby: the list in the order of ${sortBy}` : `${slow.name}: the search`;
  return parameterError(
    problemMessage(
      `${what} takes too long with this many tokens`,
      "a value without a wildcard at its beginning or with more letters in a row, one more filter, and cursor instead of a high page",
    ),
  );
}
