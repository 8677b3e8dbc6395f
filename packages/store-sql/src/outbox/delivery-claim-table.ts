import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Moves claims into a narrow table. A claim on the delivery's own row wrote all of it again, with an entry in each of its indexes, and so did its end.
 */
export const deliveryClaimTable: Migration = {
  async up(db, { dialect, flag, instant, integer, text }) {
    await db.schema
      .createTable("bookend_delivery_claim")
      .addColumn("destination", text, (column) => column.notNull())
      .addColumn("seq", integer, (column) => column.notNull())
      .addColumn("ordered", flag, (column) => column.notNull())
      .addColumn("owner", text, (column) => column.notNull())
      .addColumn("attempt", integer, (column) => column.notNull())
      .addColumn("lease", instant, (column) => column.notNull())
      .addColumn("cancelling", flag, (column) => column.notNull())
      .addPrimaryKeyConstraint("bookend_delivery_claim_pk", ["destination", "seq"])
      .modifyEnd(dialect === "sqlite" ? sql`without rowid` : sql``)
      .execute();
    await sql`
      insert into bookend_delivery_claim (destination, seq, ordered, owner, attempt, lease, cancelling)
      select destination, seq, ordered, coalesce(owner, ''), attempt, coalesce(lease, 0), cancelling
      from bookend_delivery where state = 'sending'`.execute(db);
    await sql`update bookend_delivery set state = 'waiting', attempt = attempt - 1 where state = 'sending'`.execute(db);
    await sql`drop index bookend_delivery_sending`.execute(db);
    for (const column of ["cancelling", "lease", "owner"])
      await db.schema.alterTable("bookend_delivery").dropColumn(column).execute();
  },
};
