import type { Migration } from "../migrate.js";

/** Rows name the columns that their hash covers, and who acted. Existing rows have format 1. */
export const auditFormatColumns: Migration = {
  async up(db, { integer, text }) {
    await db.schema
      .alterTable("bookend_audit")
      // a version from before this migration, still running while this one starts, writes rows of format 1
      .addColumn("format", integer, (column) => column.notNull().defaultTo(1))
      .execute();
    for (const column of ["actor", "actor_role"]) {
      await db.schema.alterTable("bookend_audit").addColumn(column, text).execute();
    }
    await db.schema.createIndex("bookend_audit_actor").on("bookend_audit").column("actor").execute();
  },
};
