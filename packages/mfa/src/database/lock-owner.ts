import { sql, type Transaction } from "kysely";
import type { DomainContext } from "./domain-context.js";
import type { DomainSchema } from "./schema.js";

/** The owner whose objects are counted. */
export type CountedOwner = { readonly resolver: string; readonly uid: string } | { readonly serial: string };

/**
 * Lets one transaction at a time, of all processes, count what an owner has and add to it: the others wait until it ends.
 * SQLite has one writer anyway, from where a transaction begins.
 */
export async function lockOwner(
  trx: Transaction<DomainSchema>,
  dialect: DomainContext["dialect"],
  owner: CountedOwner,
): Promise<void> {
  if (dialect === "sqlite") return;
  const name = JSON.stringify("serial" in owner ? [owner.serial] : [owner.resolver, owner.uid]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`bookend owner ${name}`}, 0))`.execute(trx);
}
