import { problemMessage } from "@bookend/core";
import { isStatementTimeout } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";
import type { UserService } from "../users/types.js";
import { cursorOf, type ListPlace, placeOf } from "../values/cursor.js";
import { pageNumbers, pageSlice } from "../values/paging.js";
import { takeTurn } from "../values/turns.js";
import { loadTokens, type StoredToken, type TokenQuery, tokenRecord } from "./stored-token.js";
import { countedRows, countTokens, type Guided, guidedBy, leadOf } from "./token-guides.js";
import { type Narrowing, type NarrowingUse, narrowingsOf } from "./token-narrowings.js";
import { sorted, tokenOrder } from "./token-order.js";
import { anyToken } from "./token-query.js";
import type { TokenFilter, TokenPage, TokenPaging, TokenSort } from "./types.js";

const maxPageSize = 1000;

/** Maximum number of tokens before a page that is requested by its number. The database reads them one by one. */
const maxOffset = 50_000;

type Reading = Pick<DomainContext, "reader" | "dialect" | "trigrams">;

/**
 * Returns a page of tokens.
 *
 * SQLite does not know how many tokens a condition finds, so they are counted. If the condition that finds the fewest
 * tokens finds only a few, these are sorted. Otherwise, tokens are read in the order of the list until the page is
 * full: those of a condition whose index has that order, or all. PostgreSQL knows how many there are, but not that
 * tokens with the same type can be neighbors in the order of the serials, after all others; it has to read those of
 * such a condition from its index. It does not know how many contain a string either.
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
  const place = cursor === undefined ? undefined : placeOf(cursor, { sortBy, descending, kind });
  try {
    const { lead, guided, narrowed, sought } = await seek(reading, narrowings, sortBy, place);
    // one more shows whether there is a next page
    const most = slice.size === 0 ? 0 : slice.size + 1;
    const ids = await idsOf(reading, sought, guided, { place, descending, offset: slice.offset, most });
    const whole = place === undefined ? countUpTo(slice.offset, ids.length, most) : undefined;
    const [first, ...others] = narrowings;
    const isKnown = dialect === "sqlite" && others.length === 0 && first?.indexed && !first.byTrigrams;
    const known = isKnown ? lead : undefined;
    const counted =
      whole ??
      (known !== undefined && !(countAll && known.narrowing === undefined)
        ? known.found
        : await countTokens(reader, narrowed, countAll ? undefined : countedRows + 1));
    const hasMore = !countAll && counted > countedRows;
    const tokens = await tokensWith(ids.slice(0, slice.size), reading);
    const last = ids.length > slice.size ? tokens.at(-1) : undefined;
    const numbers = pageNumbers(slice, last === undefined ? 0 : slice.current * slice.size + 1);
    return {
      count: hasMore ? countedRows : counted,
      countMore: hasMore,
      tokens: tokens.map(tokenRecord),
      ...(place === undefined ? numbers : { ...numbers, previous: null, next: null }),
      cursor: last && cursorOf({ sortBy, descending, value: valueIn(last.row), serial: last.row.serial }),
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
  try {
    const { guided, sought } = await seek(reading, narrowings, "serial", undefined);
    const part = { place: undefined, descending: false, offset: 0, most: most + 1 };
    const ids = await idsOf(reading, sought, guided, part);
    if (ids.length > most) throw tooLong(most);
    const tokens: StoredToken[] = [];
    for (let start = 0; start < ids.length; start += maxPageSize) {
      await takeTurn();
      tokens.push(...(await tokensWith(ids.slice(start, start + maxPageSize), reading)));
    }
    return tokens;
  } catch (error) {
    throw tooSlow(error, narrowings, "serial") ?? error;
  }
}

/** Decides how tokens are found. `narrowed` is the query that counts them, `sought` the one that lists them. */
async function seek(
  { reader, dialect }: Reading,
  narrowings: readonly Narrowing[],
  sortBy: TokenSort,
  place: ListPlace | undefined,
) {
  const guided = guidedBy(narrowings, sortBy, dialect);
  const misjudged = narrowings.filter((each) => each !== guided.guide && isMisjudgedByPostgres(each));
  const lead = await leadOf(reader, dialect === "sqlite" ? narrowings : misjudged);
  const narrowed = narrowedBy(anyToken(reader), narrowings, (each) => {
    if (dialect === "postgres") return each === guided.guide && place === undefined ? "walk" : "find";
    return each === (lead.narrowing ?? guided.guide) ? "find" : "check";
  });
  const sought = dialect === "postgres" && lead.narrowing !== undefined ? asTable(reader, narrowed) : narrowed;
  return { lead, guided, narrowed, sought };
}

/** Returns the number of tokens in a list whose last page was read, so that they need not be counted; undefined if it was another page. */
function countUpTo(offset: number, found: number, most: number): number | undefined {
  return found < most && (found > 0 || offset === 0) ? offset + found : undefined;
}

interface Part {
  readonly place: ListPlace | undefined;
  readonly descending: boolean;
  /** Undefined for the first page. */
  readonly offset: number;
  readonly most: number;
}

/**
 * Returns the ids of a part of a list, in its order: sorting them, or skipping those of earlier pages, does not need
 * complete rows.
 */
async function idsOf(
  { dialect }: Reading,
  narrowed: TokenQuery,
  { order, guide }: Guided,
  { place, descending, offset, most }: Part,
): Promise<readonly number[]> {
  const ids: number[] = [];
  // PostgreSQL uses the index of a condition if the order begins with its key
  const keys = dialect === "postgres" && guide?.sorted?.oneValue ? [guide.sorted.key, ...order.keys] : order.keys;
  for (const part of place === undefined ? [{ where: undefined, keys }] : order.behind(place)) {
    if (ids.length === most) break;
    const query = (part.where === undefined ? narrowed : narrowed.where(part.where)).clearSelect().select("token.id");
    const page = sorted(query, part.keys, { dialect, descending }).limit(most - ids.length);
    const rows = await (place === undefined ? page.offset(offset) : page).execute();
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

/**
 * Returns whether PostgreSQL misjudges how the tokens that a condition finds are spread: for a part or the beginning of
 * a string.
 */
function isMisjudgedByPostgres({ byTrigrams, indexed, ids, sorted }: Narrowing): boolean {
  return byTrigrams || (indexed && ids === undefined && !sorted?.oneValue);
}

/**
 * Returns the same query, which finds all tokens before they are sorted: PostgreSQL would look for a few of them in the
 * order of the list.
 */
function asTable(db: Reading["reader"], narrowed: TokenQuery): TokenQuery {
  return db
    .with(
      (name) => name("token").materialized(),
      () => narrowed,
    )
    .selectFrom("token")
    .selectAll("token") as unknown as TokenQuery;
}

/** Returns the tokens with these IDs, in the same order, without those that were deleted in the meantime. */
async function tokensWith(ids: readonly number[], { reader }: Reading): Promise<readonly StoredToken[]> {
  if (ids.length === 0) return [];
  const tokens = await loadTokens(reader, anyToken(reader).where("token.id", "in", ids));
  const byId = new Map(tokens.map((token) => [token.row.id, token]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Adds conditions to a query of tokens. On SQLite, at most one of them may use an index. */
export function narrowedBy(
  tokens: TokenQuery,
  narrowings: readonly Narrowing[],
  use: (narrowing: Narrowing) => NarrowingUse,
): TokenQuery {
  return narrowings.reduce((query, each) => query.where(each.where(use(each))), tokens);
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
  const slow = narrowings.find(({ indexed }) => !indexed) ?? narrowings[0];
  const what = slow === undefined ? `sortby: the list in the order of ${sortBy}` : `${slow.name}: the search`;
  return parameterError(
    problemMessage(
      `${what} takes too long with this many tokens`,
      "a value without a wildcard at its beginning or with more letters in a row, one more filter, and cursor instead of a high page",
    ),
  );
}
