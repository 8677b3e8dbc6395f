import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import type { StoreSchema } from "../store-schema.js";

/**
 * Number of consecutive row numbers that a search without an index covers. A database compares this many entries within
 * about 100 ms. Numbers may have gaps, so the search may read fewer entries.
 */
const windowSize = 100_000;

/** The part of the log that a search covers. */
export interface AuditWindow {
  /** Returns the condition on the number of an entry; `number` has the same form as in the index that is used. */
  where(number: Expression<number>): Expression<SqlBool>;
  /** The cursor from which the search continues; undefined at the end of the log. */
  readonly cursor: number | undefined;
}

/** Returns the part of the log that begins after a cursor, or at the beginning of a list in this direction. */
export async function windowFrom(
  db: Kysely<StoreSchema>,
  direction: "asc" | "desc",
  cursor: number | undefined,
): Promise<AuditWindow> {
  const ends = await sql<{ low: number | null; high: number | null }>`select
    (select number from bookend_audit order by number limit 1) as low,
    (select number from bookend_audit order by number desc limit 1) as high`.execute(db);
  const { low, high } = ends.rows[0] ?? {};
  const [lowest, highest] = [Number(low ?? 0), Number(high ?? 0)];
  if (direction === "asc") {
    const last = (cursor === undefined ? lowest - 1 : Math.max(cursor, lowest - 1)) + windowSize;
    const isBehind = (number: Expression<number>) => (cursor === undefined ? sql`` : sql`${number} > ${cursor} and `);
    return {
      where: (number) => sql<SqlBool>`(${isBehind(number)}${number} <= ${last})`,
      cursor: last < highest ? last : undefined,
    };
  }
  const first = (cursor === undefined ? highest + 1 : Math.min(cursor, highest + 1)) - windowSize;
  const isBehind = (number: Expression<number>) => (cursor === undefined ? sql`` : sql`${number} < ${cursor} and `);
  return {
    where: (number) => sql<SqlBool>`(${isBehind(number)}${number} >= ${first})`,
    cursor: first > lowest ? first : undefined,
  };
}
