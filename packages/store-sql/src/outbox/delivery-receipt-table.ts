import type { Migration } from "../migrate.js";

/** The reports of peers about deliveries, and the names that identify them. */
export const deliveryReceiptTable: Migration = {
  async up(db, { instant, integer, text }) {
    await db.schema
      .createTable("bookend_delivery_receipt")
      .addColumn("destination", text, (column) => column.notNull())
      .addColumn("reference", text, (column) => column.notNull())
      .addColumn("delivery", integer)
      .addColumn("attempt", integer)
      .addColumn("state", text)
      .addColumn("code", text)
      .addColumn("at", instant)
      .addColumn("made", instant, (column) => column.notNull())
      .addPrimaryKeyConstraint("bookend_delivery_receipt_pk", ["destination", "reference"])
      .execute();
    await db.schema
      .createIndex("bookend_delivery_receipt_delivery")
      .on("bookend_delivery_receipt")
      .columns(["delivery", "made"])
      .execute();
  },
};
