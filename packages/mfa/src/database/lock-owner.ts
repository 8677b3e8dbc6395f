import { sql, type Transaction } from "kysely";
import type { DomainContext } from "./domain-context.js";
import type { DomainSchema } from "./schema.js";

/** The user whose objects are counted, or the serial of a token without an owner. */
export type CountedOwner = { readonly resolver: string; readonly uid: string } | { readonly serial: string };

/**
 * Ensures that only one transaction at a time, across all processes, counts an owner's objects and adds one; other
 * transactions wait until that one ends. On SQLite this is not needed, since transactions run one after another.
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
