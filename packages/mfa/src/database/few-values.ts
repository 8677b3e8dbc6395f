import type { DialectName } from "@bookend/store-sql";
import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { likePattern } from "../values/wildcard.js";
import type { DomainSchema } from "./schema.js";
import {
  anyOf,
  comparisonInBytes,
  indexedLength,
  isIndexed,
  patternsOf,
  type Search,
  searchKey,
  withoutNul,
} from "./search.js";

/** Maximum number of values with which a pattern is replaced; they are found one by one in an index. */
const maxValues = 100;

/** Maximum number of distinct values that are compared; each takes one step in the index. */
const maxSteps = 1_000;

/** A search in a column that has few values. */
export interface FewValues {
  /** Whether an index can find the rows. */
  readonly indexed: boolean;
  where(search: Search): Expression<SqlBool>;
}

/** The column, with the name of its table. */
type Column = `${string}.${string}`;

/**
 * Creates the condition for a list of patterns in an indexed column with few different values, such as the types of
 * tokens. A pattern that begins with a wildcard is replaced with the values that match it.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards, and for too many
 * patterns
 */
export async function amongFewValues(
  db: Kysely<DomainSchema>,
  dialect: DialectName,
  column: Column,
  list: string,
): Promise<FewValues> {
  const inBytes: IndexOrder = {
    key: searchKey(sql.ref(column)),
    from: comparisonInBytes(dialect, ">="),
    behind: comparisonInBytes(dialect, ">"),
    order: dialect === "postgres" ? sql`using ~<~` : sql`asc`,
  };
  const parts = await Promise.all(
    patternsOf(list).map(async (pattern): Promise<FewValues> => {
      const fits = { where: (search: Search) => search.fits(column, pattern) };
      if (isIndexed(pattern) || likePattern(pattern) === "%") return { ...fits, indexed: isIndexed(pattern) };
      const values = await valuesOf(db, column, inBytes, pattern);
      if (values === undefined) return { ...fits, indexed: false };
      return { indexed: true, where: (search) => isOneOf(search.key(column), values) };
    }),
  );
  return {
    indexed: parts.every(({ indexed }) => indexed),
    where: (search) => anyOf(parts.map(({ where }) => where(search))),
  };
}

/**
 * As above for a single pattern in a case-sensitive column that is the first one of its index.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export async function isOrFitsOneOfFew(db: Kysely<DomainSchema>, column: Column, pattern: string): Promise<FewValues> {
  const asIs = (indexed: boolean): FewValues => ({ indexed, where: (search) => search.isOrFits(column, pattern) });
  if (!pattern.includes("*")) return asIs(true);
  const plainly: IndexOrder = { key: sql.ref(column), from: sql`>=`, behind: sql`>`, order: sql`asc` };
  const values = likePattern(pattern) === "%" ? undefined : await valuesOf(db, column, plainly, pattern);
  if (values === undefined) return asIs(false);
  return { indexed: true, where: (search) => isOneOf(search.column(column), values) };
}

const isOneOf = (key: RawBuilder<unknown>, values: readonly string[]) =>
  values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${key} in (${sql.join(values)})`;

/** How the index of a column is ordered. */
interface IndexOrder {
  readonly key: RawBuilder<unknown>;
  /** The operators for a key and those after it, and for those after it only. */
  readonly from: RawBuilder<unknown>;
  readonly behind: RawBuilder<unknown>;
  /** The direction. */
  readonly order: RawBuilder<unknown>;
}

/**
 * Returns the keys in the index of a column that match a pattern. Finds the first key and then, from each key, the next
 * different one, which takes one step in the index for each value. Undefined if there are too many, or if one of them
 * is truncated.
 */
async function valuesOf(
  db: Kysely<DomainSchema>,
  column: Column,
  { key, from, behind, order }: IndexOrder,
  pattern: string,
): Promise<readonly string[] | undefined> {
  const [table] = column.split(".", 1) as [string];
  const first = (where: RawBuilder<unknown>) =>
    sql`(select ${key} from ${sql.table(table)} where ${key} ${where} order by ${key} ${order} limit 1)`;
  const { rows } = await sql<{ k: string; fits: boolean | number }>`with recursive few(k) as (
      select ${first(sql`${from} ''`)} union all select ${first(sql`${behind} few.k`)} from few where few.k is not null
    )
    select k, lower(k) like lower(${likePattern(withoutNul(pattern))}) escape '\\' as fits from few
    where k is not null limit ${maxSteps + 1}`.execute(db);
  const isCutOff = rows.some(({ k }) => [...k].length >= indexedLength);
  const values = rows.filter(({ fits }) => fits === true || fits === 1).map(({ k }) => k);
  return isCutOff || rows.length > maxSteps || values.length > maxValues ? undefined : values;
}
