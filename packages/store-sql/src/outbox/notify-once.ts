import { sql, type Transaction } from "kysely";
import type { StoreSchema } from "../store-schema.js";

/** The PostgreSQL channel on which new deliveries are announced. */
export const outboxChannel = "bookend_outbox";

const notified = new WeakSet<Transaction<StoreSchema>>();

/** Sends one notification per transaction, however many deliveries it contains. */
export async function notifyOnce(trx: Transaction<StoreSchema>): Promise<void> {
  if (notified.has(trx)) return;
  notified.add(trx);
  await sql`select pg_notify(${outboxChannel}, '')`.execute(trx);
}
