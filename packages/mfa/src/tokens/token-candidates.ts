import type { DialectName } from "@bookend/store-sql";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import { comparisonInBytes, type Search, searchIn } from "../database/search.js";
import type { OrderKey } from "./token-order.js";
import { countedRows } from "./token-query.js";

type Where = (search: Search) => Expression<SqlBool>;

/** Tokens that an index finds, among which are all that fulfill a condition. */
export interface Candidates {
  readonly ids: RawBuilder<{ readonly token_id: number }>;
  /** Whether all candidates fulfill the condition. */
  readonly exact: boolean;
  /** Whether no candidate occurs twice. */
  readonly unique: boolean;
}

/**
 * Maximum number of conditions besides the first that one query combines. It reads a range of the index for each
 * condition.
 */
const maxParts = 20;

/** Properties of candidates from an index of trigrams, which may also find former values, and tokens twice. */
export const uncertain = { exact: false, unique: false } as const;

/** Options of a query for candidates. */
export interface CandidateOptions extends Partial<Omit<Candidates, "ids">> {
  /** The expression that the index is ordered by, so that PostgreSQL reads the index instead of the table. */
  readonly key?: OrderKey;
  readonly byTrigrams?: boolean;
}

/** Returns functions that create queries for tokens by an index. */
export function candidatesIn(dialect: DialectName) {
  const found = (select: RawBuilder<unknown>, where: Where, options: CandidateOptions): Candidates => {
    const { key, exact = true, unique = false, byTrigrams = false } = options;
    const isOrdered = dialect === "postgres" && key !== undefined;
    const condition = where(searchIn(dialect, { inRange: isOrdered, byTrigrams }));
    if (!isOrdered) return { ids: sql`${select} where ${condition}`, exact, unique };
    const direction = key.inBytes ? sql`using ${comparisonInBytes(dialect, "<")}` : sql`asc`;
    return { ids: sql`${select} where ${condition} order by ${key.expression} ${direction}`, exact, unique };
  };
  const inTokens = (where: Where, options: CandidateOptions = {}) =>
    found(sql`select token.id as token_id from token`, where, { unique: true, ...options });
  const inTable = (table: string, where: Where, options: CandidateOptions = {}) =>
    found(sql`select token_id from ${sql.raw(table)}`, where, options);
  /** Finds the tokens of several conditions, each in one range of the index. Undefined if an index cannot find them. */
  const anyOfParts = (
    find: (where: Where, options: CandidateOptions) => Candidates,
    where: Where,
    parts: readonly Where[] | undefined,
    key: OrderKey,
  ): Candidates | undefined => {
    const [first, ...others] = parts ?? [];
    if (parts === undefined) return undefined;
    if (dialect === "sqlite" || first === undefined || others.length > maxParts) {
      return find(where, {});
    }
    if (others.length === 0) return find(first, { key });
    const queries = parts.map((part) => sql`(${find(part, { key }).ids} limit ${sql.lit(countedRows + 1)})`);
    return { ids: sql`${sql.join(queries, sql` union all `)}`, exact: true, unique: false };
  };
  return { inTokens, inTable, anyOfParts };
}
