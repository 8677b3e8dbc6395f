import type { Migration } from "../migrate.js";

/**
 * Adds the table of the bindings that each change affected, so that other nodes read only those. Binding 0 means all.
 */
export const bindingChangeTable: Migration = {
  async up(db, { integer }) {
    await db.schema
      .createTable("bookend_binding_change")
      .addColumn("revision", integer, (column) => column.notNull())
      .addColumn("binding", integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("bookend_binding_change_pk", ["revision", "binding"])
      .execute();
  },
};
