import { type Expression, type Kysely, sql } from "kysely";
import type { DomainSchema } from "./schema.js";

/** Returns how many rows a query finds, at most `most`. */
export async function countRows(
  db: Kysely<DomainSchema>,
  rows: Expression<unknown>,
  most: number | undefined,
): Promise<number> {
  const limit = most === undefined ? sql`` : sql` limit ${most}`;
  const counted = sql<{
    count: number;
  }>`select count(*) as count from (select 1 from (${rows}) as found${limit}) as counted`;
  const [row] = (await counted.execute(db)).rows;
  return Number(row?.count ?? 0);
}
