import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/** Deliveries, their attempts and the circuits of destinations. */
export const deliveryTables: Migration = {
  async up(db, { flag, id, instant, integer, text }) {
    await db.schema
      .createTable("bookend_delivery")
      .addColumn("seq", ...id)
      .addColumn("id", text, (column) => column.notNull().unique())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("version", integer, (column) => column.notNull())
      .addColumn("destination", text, (column) => column.notNull())
      .addColumn("payload", text)
      .addColumn("summary", text, (column) => column.notNull())
      .addColumn("meta", text, (column) => column.notNull())
      .addColumn("call", text, (column) => column.notNull())
      .addColumn("binding", integer, (column) => column.notNull())
      .addColumn("ordered", flag, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("attempt", integer, (column) => column.notNull())
      .addColumn("replayed_at", integer, (column) => column.notNull())
      .addColumn("cancelling", flag, (column) => column.notNull())
      .addColumn("due", instant, (column) => column.notNull())
      .addColumn("expires", instant, (column) => column.notNull())
      .addColumn("lease", instant)
      .addColumn("owner", text)
      .addColumn("reason", text)
      .addColumn("created", instant, (column) => column.notNull())
      .addColumn("ended", instant)
      .execute();
    await db.schema
      .createTable("bookend_delivery_attempt")
      .addColumn("delivery", integer, (column) => column.notNull())
      .addColumn("attempt", integer, (column) => column.notNull())
      .addColumn("at", instant, (column) => column.notNull())
      .addColumn("ms", integer, (column) => column.notNull())
      .addColumn("outcome", text, (column) => column.notNull())
      .addColumn("reason", text)
      .addColumn("node", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("bookend_delivery_attempt_pk", ["delivery", "attempt"])
      .execute();
    await db.schema
      .createTable("bookend_destination")
      .addColumn("name", text, (column) => column.primaryKey())
      .addColumn("paused_until", instant)
      .addColumn("failures", integer, (column) => column.notNull())
      .addColumn("failing_since", instant)
      .addColumn("disabled", flag, (column) => column.notNull())
      .execute();
    const waiting = sql`state = 'waiting'`;
    const sending = sql`state = 'sending'`;
    for (const [name, columns, where] of [
      ["waiting", sql`destination, due, seq`, waiting],
      ["due", sql`due, seq`, waiting],
      ["expires", sql`expires`, waiting],
      ["ordered", sql`destination, seq`, sql`state = 'waiting' and ordered = 1`],
      ["lease", sql`lease`, sending],
      ["sending", sql`destination`, sending],
      ["ended", sql`ended`, sql`ended is not null`],
      ["state", sql`state, seq`, undefined],
      ["call", sql`call`, undefined],
    ] as const) {
      const index = sql.ref(`bookend_delivery_${name}`);
      const only = where === undefined ? sql`` : sql` where ${where}`;
      await sql`create index ${index} on bookend_delivery (${columns})${only}`.execute(db);
    }
  },
};
