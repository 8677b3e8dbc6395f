import type { Migration } from "@bookend/store-sql";

/** The tables of containers and their related data. */
export const containerTables: Migration = {
  async up(db, { id, instant, integer, text }) {
    await db.schema
      .createTable("container")
      .addColumn("id", ...id)
      .addColumn("serial", text, (column) => column.notNull().unique())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("description", text, (column) => column.notNull())
      .addColumn("last_authentication", instant)
      .addColumn("last_synchronization", instant)
      .execute();
    await db.schema
      .createTable("container_token")
      // a token is in one container at most, so its id alone is the primary key
      .addColumn("token_id", integer, (column) => column.primaryKey().references("token.id").onDelete("cascade"))
      .addColumn("container_id", integer, (column) => column.notNull().references("container.id").onDelete("cascade"))
      .execute();
    await db.schema.createIndex("container_token_container").on("container_token").columns(["container_id"]).execute();
    await db.schema
      .createTable("container_owner")
      .addColumn("container_id", integer, (column) => column.notNull().references("container.id").onDelete("cascade"))
      .addColumn("user_id", text, (column) => column.notNull())
      .addColumn("login", text, (column) => column.notNull())
      .addColumn("resolver", text, (column) => column.notNull())
      .addColumn("realm", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("container_owner_pk", ["container_id", "resolver", "user_id", "realm"])
      .execute();
    await db.schema
      .createIndex("container_owner_user")
      .on("container_owner")
      .columns(["resolver", "user_id", "realm"])
      .execute();
    await db.schema
      .createTable("container_state")
      .addColumn("container_id", integer, (column) => column.notNull().references("container.id").onDelete("cascade"))
      .addColumn("state", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("container_state_pk", ["container_id", "state"])
      .execute();
    await db.schema
      .createTable("container_realm")
      .addColumn("container_id", integer, (column) => column.notNull().references("container.id").onDelete("cascade"))
      .addColumn("realm", text, (column) => column.notNull().references("realm.name").onDelete("cascade"))
      .addPrimaryKeyConstraint("container_realm_pk", ["container_id", "realm"])
      .execute();
    await db.schema
      .createTable("container_info")
      .addColumn("container_id", integer, (column) => column.notNull().references("container.id").onDelete("cascade"))
      .addColumn("key", text, (column) => column.notNull())
      .addColumn("value", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("container_info_pk", ["container_id", "key"])
      .execute();
  },
};
