import { uniqueNames } from "@bookend/core";
import type { Migration } from "../migrate.js";

/**
 * Adds a revision to bindings, and makes their names unique: the oldest of several bindings with one name keeps it, the
 * others get a number.
 */
export const bindingRevisions: Migration = {
  async up(db, { integer }) {
    await db.schema
      .alterTable("bookend_binding")
      .addColumn("revision", integer, (column) => column.notNull().defaultTo(1))
      .execute();
    const rows: { id: number; name: string }[] = await db
      .selectFrom("bookend_binding")
      .select(["id", "name"])
      .orderBy("id")
      .execute();
    for (const [index, name] of uniqueNames(rows.map((row) => row.name)).entries()) {
      const row = rows[index];
      if (!row || row.name === name) continue;
      await db.updateTable("bookend_binding").set({ name }).where("id", "=", row.id).execute();
    }
    await db.schema.createIndex("bookend_binding_name").on("bookend_binding").column("name").unique().execute();
  },
};
