import type { Migration } from "../migrate.js";

/** Adds columns for the format of a row, which determines what its hash covers, and for its actor. */
export const auditFormatColumns: Migration = {
  async up(db, { integer, text }) {
    await db.schema
      .alterTable("bookend_audit")
      // existing rows have format 1, as do those of an earlier version that is still running during the migration
      .addColumn("format", integer, (column) => column.notNull().defaultTo(1))
      .execute();
    for (const column of ["actor", "actor_role"]) {
      await db.schema.alterTable("bookend_audit").addColumn(column, text).execute();
    }
    await db.schema.createIndex("bookend_audit_actor").on("bookend_audit").column("actor").execute();
  },
};
