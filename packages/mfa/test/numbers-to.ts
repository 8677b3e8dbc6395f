import type { DialectName } from "@bookend/store-sql";
import { type RawBuilder, sql } from "kysely";

/** Returns a table with the column `n`, which contains the numbers from 1 to `count`. */
export function numbersTo(dialect: DialectName, count: number): RawBuilder<unknown> {
  if (dialect === "postgres") return sql.raw(`generate_series(1::bigint, ${count}::bigint) as n`);
  return sql.raw(
    `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count}) select n from s)`,
  );
}
