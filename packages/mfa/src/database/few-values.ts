import type { DialectName } from "@bookend/store-sql";
import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { likePattern } from "../values/wildcard.js";
import type { DomainSchema } from "./schema.js";
import { anyOf, comparisonInBytes, indexedLength, type Search, searchKey, withoutNul } from "./search.js";

/** Maximum number of values with which a pattern is replaced. The rows with each value are found in an index. */
const maxValues = 100;

/**
 * Maximum number of distinct values that are compared with a pattern. Finding each value takes one step in the index.
 */
const maxSteps = 1_000;

type Where = (search: Search) => Expression<SqlBool>;

/** A search in a column that has few values. */
export interface FewValues {
  readonly where: Where;
  /** Conditions that together find all rows, each in one range of the index; undefined if an index cannot find them. */
  readonly parts: readonly Where[] | undefined;
}

/** The column, with the name of its table. */
type Column = `${string}.${string}`;

/**
 * Creates the condition for some patterns in an indexed column with few different values, such as the types of
 * tokens. A pattern with a wildcard before its end is replaced with the values that match it.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export async function amongFewValues(
  db: Kysely<DomainSchema>,
  dialect: DialectName,
  column: Column,
  patterns: readonly string[],
): Promise<FewValues> {
  const inBytes: IndexOrder = {
    key: searchKey(sql.ref(column)),
    from: comparisonInBytes(dialect, ">="),
    behind: comparisonInBytes(dialect, ">"),
    order: dialect === "postgres" ? sql`using ~<~` : sql`asc`,
  };
  const found = await Promise.all(
    patterns.map(async (pattern): Promise<FewValues> => {
      const where = (search: Search) => search.fits(column, pattern);
      if (/^[^*]+\*?$|^$/.test(pattern)) return { where, parts: [where] };
      const values = likePattern(pattern) === "%" ? undefined : await valuesOf(db, column, inBytes, pattern);
      if (values === undefined) return { where, parts: undefined };
      return oneOf(values, (search, value) => search.isKey(column, value));
    }),
  );
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only;
  return {
    where: (search) => anyOf(found.map(({ where }) => where(search))),
    parts: found.every(({ parts }) => parts) ? found.flatMap(({ parts }) => parts ?? []) : undefined,
  };
}

/**
 * Like {@link amongFewValues}, for a single pattern in a case-sensitive column that is the first column of an index.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export async function isOrFitsOneOfFew(db: Kysely<DomainSchema>, column: Column, pattern: string): Promise<FewValues> {
  const where = (search: Search) => search.isOrFits(column, pattern);
  if (!pattern.includes("*")) return { where, parts: [where] };
  const plainly: IndexOrder = { key: sql.ref(column), from: sql`>=`, behind: sql`>`, order: sql`asc` };
  const values = likePattern(pattern) === "%" ? undefined : await valuesOf(db, column, plainly, pattern);
  if (values === undefined) return { where, parts: undefined };
  return oneOf(values, (search, value) => sql<SqlBool>`${search.column(column)} = ${value}`);
}

function oneOf(values: readonly string[], is: (search: Search, value: string) => Expression<SqlBool>): FewValues {
  const parts = values.map(
    (value): Where =>
      (search) =>
        is(search, value),
  );
  return {
    where: (search) => (parts.length === 0 ? sql<SqlBool>`1 = 0` : anyOf(parts.map((part) => part(search)))),
    parts,
  };
}

/** How the index of a column is ordered. */
interface IndexOrder {
  readonly key: RawBuilder<unknown>;
  /** The operators that find a key and the keys after it (`from`), and only the keys after it (`behind`). */
  readonly from: RawBuilder<unknown>;
  readonly behind: RawBuilder<unknown>;
  /** The order of the keys, as in `order by`. */
  readonly order: RawBuilder<unknown>;
}

/**
 * Returns the keys in the index of a column that match a pattern. Finds the first key and then, from each key, the next
 * different one, which takes one step in the index for each value. Undefined if there are too many keys, or if one of
 * the keys is truncated.
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
