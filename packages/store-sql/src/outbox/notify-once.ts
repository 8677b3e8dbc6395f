import { sql, type Transaction } from "kysely";
import type { StoreSchema } from "../store-schema.js";

/** The PostgreSQL channel that announces new deliveries. */
export const outboxChannel = "bookend_outbox";

const notified = new WeakSet<Transaction<StoreSchema>>();

/** One notification for each transaction, however many deliveries it has. */
export async function notifyOnce(trx: Transaction<StoreSchema>): Promise<void> {
  if (notified.has(trx)) return;
  notified.add(trx);
  await sql`select pg_notify(${outboxChannel}, '')`.execute(trx);
}
