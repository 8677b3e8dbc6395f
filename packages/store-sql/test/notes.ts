import type { Generated } from "kysely";
import type { Flag, Migration } from "../src/index.js";

/** A host's own tables, for tests. */
export interface NotesSchema {
  note: { id: Generated<number>; text: string; done: Flag; at: number; weight: number };
}

/** The migrations of these tables. */
export const notes: Record<string, Migration> = {
  "001-note": {
    async up(db, columns) {
      await db.schema
        .createTable("note")
        .addColumn("id", ...columns.id)
        .addColumn("text", columns.text, (column) => column.notNull())
        .addColumn("done", columns.flag, (column) => column.notNull())
        .addColumn("at", columns.instant, (column) => column.notNull())
        .addColumn("weight", columns.real, (column) => column.notNull())
        .execute();
    },
  },
  "002-first-note": {
    async up(db) {
      await db.insertInto("note").values({ text: "first", done: 0, at: 0, weight: 0 }).execute();
    },
  },
};
