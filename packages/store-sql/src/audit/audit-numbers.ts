import { sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";

/** Takes numbers for new rows, in order; says which checkpoint is the newest. */
export async function takeNumbers(
  { dialect }: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
  count: number,
): Promise<{ readonly numbers: readonly number[]; readonly checkpoint: number }> {
  const newest = sql<number | null>`(select number from bookend_audit_mark where kind = 'newest')`;
  if (dialect === "postgres") {
    const { rows } = await sql<{ number: number; checkpoint: number | null }>`
      select nextval('bookend_audit_number') as number, ${newest} as checkpoint
      from generate_series(1, ${count})`.execute(trx);
    return { numbers: rows.map(({ number }) => number), checkpoint: rows[0]?.checkpoint ?? 0 };
  }
  const { number, checkpoint } = await trx
    .updateTable("bookend_audit_state")
    .set((eb) => ({ number: eb("number", "+", count) }))
    .returning(["number", newest.as("checkpoint")])
    .executeTakeFirstOrThrow();
  const first = number - count + 1;
  return { numbers: Array.from({ length: count }, (_, index) => first + index), checkpoint: checkpoint ?? 0 };
}
