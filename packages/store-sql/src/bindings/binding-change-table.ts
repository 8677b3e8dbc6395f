import type { Migration } from "../migrate.js";

/** Which bindings each change touched, so that other nodes read those only. Binding 0 stands for all. */
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
