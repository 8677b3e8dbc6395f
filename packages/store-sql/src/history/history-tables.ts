import type { Migration } from "../migrate.js";

/** The history of bindings: one row for each change, and one for each affected binding. */
export const historyTables: Migration = {
  async up(db, { id, instant, integer, text }) {
    await db.schema
      .createTable("bookend_history")
      .addColumn("id", ...id)
      .addColumn("time", instant, (column) => column.notNull())
      .addColumn("operation", text, (column) => column.notNull())
      .addColumn("actor", text)
      .addColumn("client", text)
      .addColumn("changes", integer, (column) => column.notNull())
      .execute();
    await db.schema.createIndex("bookend_history_time").on("bookend_history").column("time").execute();
    await db.schema
      .createTable("bookend_history_change")
      .addColumn("id", ...id)
      .addColumn("entry", integer, (column) => column.notNull())
      .addColumn("binding", integer, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("before", text)
      .addColumn("after", text)
      .execute();
    await db.schema
      .createIndex("bookend_history_change_entry")
      .on("bookend_history_change")
      .columns(["entry", "binding"])
      .execute();
    await db.schema
      .createIndex("bookend_history_change_binding")
      .on("bookend_history_change")
      .columns(["binding", "entry"])
      .execute();
  },
};
