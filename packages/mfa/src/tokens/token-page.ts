import { problemMessage } from "@bookend/core";
import { isStatementTimeout } from "@bookend/store-sql";
import { type Kysely, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { parameterError } from "../errors/mfa-error.js";
import type { UserService } from "../users/types.js";
import { cursorOf, placeOf } from "../values/cursor.js";
import { pageNumbers, pageSlice } from "../values/paging.js";
import { loadTokens, type StoredToken, type TokenQuery, tokenRecord } from "./stored-token.js";
import { type Narrowing, narrowingsOf } from "./token-narrowings.js";
import { anyToken } from "./token-query.js";
import type { TokenFilter, TokenPage, TokenPaging, TokenSort } from "./types.js";

const maxPageSize = 1000;

/** Maximum number of rows to count unless the exact number is requested. */
const countedRows = 10_000;

/** The expressions that each order compares, in SQL and for a row. They are never null, since databases sort null differently. */
const orders = {
  serial: [sql<string>`token.serial`, ({ serial }) => serial],
  type: [sql<string>`token.type`, ({ type }) => type],
  description: [sql<string>`token.description`, ({ description }) => description],
  active: [sql<number>`token.active`, ({ active }) => active],
  failCount: [sql<number>`token.fail_count`, ({ fail_count }) => fail_count],
  rolloutState: [sql<string>`token.rollout_state`, ({ rollout_state }) => rollout_state],
  username: [sql<string>`coalesce(token.owner_login, '')`, ({ owner_login }) => owner_login ?? ""],
  realm: [sql<string>`coalesce(token.owner_realm, '')`, ({ owner_realm }) => owner_realm ?? ""],
} as const satisfies Record<
  TokenSort,
  readonly [ReturnType<typeof sql<string | number>>, (row: StoredToken["row"]) => string | number]
>;

const numeric: readonly TokenSort[] = ["active", "failCount"];

/**
 * Reads a page of tokens.
 *
 * SQLite cannot estimate how many tokens a condition matches, so this is queried first. If a condition only matches a few tokens,
 * these are checked and sorted; otherwise tokens are checked in the order of the list until the page is full.
 *
 * @throws {MfaError} PARAMETER_INVALID including a search that takes too long
 */
export async function tokenPageOf(
  { reader, dialect }: Pick<DomainContext, "reader" | "dialect">,
  users: UserService,
  filter: TokenFilter,
  { sortBy = "serial", descending = false, cursor, countAll = false, ...asked }: TokenPaging,
): Promise<TokenPage> {
  const slice = pageSlice(asked, maxPageSize);
  const narrowings = await narrowingsOf(filter, { dialect, users });
  const place =
    cursor === undefined
      ? undefined
      : placeOf(cursor, { sortBy, descending, kind: numeric.includes(sortBy) ? "number" : "string" });
  try {
    const lead = dialect === "sqlite" ? await leadOf(reader, narrowings) : undefined;
    const narrowed = narrowedBy(anyToken(reader), narrowings, (each) => dialect === "postgres" || each === lead);
    const counted = await count(reader, narrowed, countAll ? undefined : countedRows + 1);
    const hasMore = !countAll && counted > countedRows;
    const [order, orderOf] = orders[sortBy];
    const rows = narrowed
      .$if(place !== undefined, (query) => query.where(isBehind(order, place, descending)))
      .orderBy(order, descending ? "desc" : "asc")
      .$if(sortBy !== "serial", (query) => query.orderBy("token.serial"))
      // one more says whether there is a next page
      .limit(slice.size === 0 ? 0 : slice.size + 1)
      .offset(place === undefined ? slice.offset : 0);
    const found = slice.size === 0 ? [] : await loadTokens(reader, rows);
    const tokens = found.slice(0, slice.size);
    const last = found.length > slice.size ? tokens.at(-1) : undefined;
    const numbers = pageNumbers(slice, last === undefined ? 0 : slice.current * slice.size + 1);
    return {
      count: hasMore ? countedRows : counted,
      countMore: hasMore,
      tokens: tokens.map(tokenRecord),
      ...(place === undefined ? numbers : { ...numbers, previous: null, next: null }),
      cursor: last && cursorOf({ sortBy, descending, value: orderOf(last.row), serial: last.row.serial }),
    };
  } catch (error) {
    throw tooSlow(error, narrowings, sortBy) ?? error;
  }
}

/** Restricts a query to matching tokens. At most one of the conditions uses an index. */
export function narrowedBy(
  tokens: TokenQuery,
  narrowings: readonly Narrowing[],
  isByIndex: (narrowing: Narrowing) => boolean,
): TokenQuery {
  return narrowings.reduce((query, each) => query.where(each.where(isByIndex(each))), tokens);
}

/** The condition that finds the fewest tokens with an index; undefined if all find many. */
async function leadOf(db: Kysely<DomainSchema>, narrowings: readonly Narrowing[]): Promise<Narrowing | undefined> {
  let lead: Narrowing | undefined;
  let fewest = countedRows + 1;
  for (const narrowing of narrowings) {
    if (!narrowing.indexed) continue;
    const found = await count(db, anyToken(db).where(narrowing.where(true)), fewest);
    if (found >= fewest) continue;
    fewest = found;
    lead = narrowing;
    if (found === 0) break;
  }
  return lead;
}

/** Counts the rows of a query, up to `most`. */
async function count(db: Kysely<DomainSchema>, query: TokenQuery, most: number | undefined): Promise<number> {
  const rows = query.clearSelect().select(sql<number>`1`.as("one"));
  const { count: counted } = await db
    .selectFrom((most === undefined ? rows : rows.limit(most)).as("counted"))
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(counted);
}

function isBehind(
  order: ReturnType<typeof sql<string | number>>,
  place: ReturnType<typeof placeOf> | undefined,
  descending: boolean,
) {
  if (place === undefined) return sql<SqlBool>`1 = 1`;
  const { sortBy, value, serial } = place;
  const behind = descending ? sql.raw("<") : sql.raw(">");
  if (sortBy === "serial") return sql<SqlBool>`${order} ${behind} ${value}`;
  return sql<SqlBool>`${order} ${behind}= ${value} and (${order} ${behind} ${value} or token.serial > ${serial})`;
}

/** Explains what a client can do about a search that was cancelled. */
function tooSlow(error: unknown, narrowings: readonly Narrowing[], sortBy: TokenSort): Error | undefined {
  if (!isStatementTimeout(error)) return undefined;
  const slow = narrowings.find(({ indexed }) => !indexed) ?? narrowings[0];
  const what = slow === undefined ? `sortby: the list in the order of ${sortBy}` : `${slow.name}: the search`;
  return parameterError(
    problemMessage(
      `${what} takes too long with this many tokens`,
      "a value without a wildcard at its beginning, one more filter, and cursor instead of a high page",
    ),
  );
}
