import { type Kysely, sql } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import { likePattern } from "../wildcard.js";
import type { AuditFilter } from "./audit-filter.js";
import type { AuditColumn } from "./audit-row.js";
import { cleanText } from "./clean-text.js";

/** Indexed columns that have few distinct values in most logs. */
const columns = [
  "event",
  "action",
  "container_serial",
  "administrator",
  "client",
] as const satisfies readonly AuditColumn[];

/** Maximum number of distinct values that are compared; each takes one step in the index. */
const maxSteps = 1_000;

/** Maximum number of values that replace a pattern. */
const maxValues = 100;

/** The values that replace the patterns of a filter, by column. */
export type AuditValues = Readonly<Partial<Record<AuditColumn, readonly string[]>>>;

/**
 * Returns the values that match patterns with a wildcard in indexed columns with few values, so that an index finds the
 * entries. Columns with too many values are omitted.
 */
export async function fittingValues(db: Kysely<StoreSchema>, { filter = {} }: AuditFilter): Promise<AuditValues> {
  const found: Partial<Record<AuditColumn, readonly string[]>> = {};
  for (const column of columns) {
    const pattern = filter[column];
    if (!pattern?.includes("*")) continue;
    const values = await valuesOf(db, column, cleanText(pattern, Number.MAX_SAFE_INTEGER));
    if (values !== undefined) found[column] = values;
  }
  return found;
}

async function valuesOf(
  db: Kysely<StoreSchema>,
  column: (typeof columns)[number],
  pattern: string,
): Promise<readonly string[] | undefined> {
  const value = sql.ref(column);
  const first = (behind: ReturnType<typeof sql>) =>
    sql`(select ${value} from bookend_audit where ${value} is not null${behind} order by ${value} limit 1)`;
  const { rows } = await sql<{ v: string; fits: boolean | number }>`with recursive each_value(v) as (
      select ${first(sql``)} union all
      select ${first(sql` and ${value} > each_value.v`)} from each_value where each_value.v is not null
    )
    select v, lower(v) like lower(${likePattern(pattern)}) escape '\\' as fits from each_value
    where v is not null limit ${maxSteps + 1}`.execute(db);
  const values = rows.filter(({ fits }) => fits === true || fits === 1).map(({ v }) => v);
  return rows.length > maxSteps || values.length > maxValues ? undefined : values;
}
