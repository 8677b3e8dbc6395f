import type { Migration } from "@bookend/store-sql";

/** The tables of servers that calls are forwarded to. */
export const federationTables: Migration = {
  async up(db, { text }) {
    await db.schema
      .createTable("federation_server")
      .addColumn("name", text, (column) => column.primaryKey())
      .addColumn("settings", text, (column) => column.notNull())
      .execute();
  },
};
