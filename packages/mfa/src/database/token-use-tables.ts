import type { Migration } from "@bookend/store-sql";

/** The tables of token groups, and of applications of tokens on machines. */
export const tokenUseTables: Migration = {
  async up(db, { id, integer, text }) {
    await db.schema
      .createTable("token_group")
      .addColumn("id", ...id)
      .addColumn("name", text, (column) => column.notNull().unique())
      .addColumn("description", text, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("token_group_member")
      .addColumn("token_id", integer, (column) => column.notNull().references("token.id").onDelete("cascade"))
      .addColumn("group_id", integer, (column) => column.notNull().references("token_group.id").onDelete("cascade"))
      .addPrimaryKeyConstraint("token_group_member_pk", ["token_id", "group_id"])
      .execute();
    await db.schema
      .createTable("token_application")
      .addColumn("id", ...id)
      .addColumn("token_id", integer, (column) => column.notNull().references("token.id").onDelete("cascade"))
      .addColumn("application", text, (column) => column.notNull())
      .addColumn("machine_id", text, (column) => column.notNull())
      .addColumn("options", text, (column) => column.notNull())
      .addUniqueConstraint("token_application_once", ["token_id", "application", "machine_id", "options"])
      .execute();
  },
};
