import type { Migration } from "@bookend/store-sql";

/** A number that increases with each change of the data in {@link Configuration}. */
export const configurationRevision: Migration = {
  async up(db, { integer }) {
    await db.schema
      .createTable("configuration_revision")
      .addColumn("id", integer, (column) => column.primaryKey())
      .addColumn("revision", integer, (column) => column.notNull())
      .execute();
    await db.insertInto("configuration_revision").values({ id: 1, revision: 0 }).execute();
  },
};
