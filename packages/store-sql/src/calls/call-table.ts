import type { Generated } from "kysely";
import type { Migration } from "../migrate.js";
import type { Flag } from "../portable-columns.js";

/** A recorded call. */
export interface CallTable {
  number: Generated<number>;
  /** The call's `id`. */
  id: string;
  event: string;
  /** Milliseconds since 1970. */
  time: number;
  method: string;
  path: string;
  user: string | null;
  realm: string | null;
  resolver: string | null;
  /** JSON of an `Actor`. */
  actor: string | null;
  client: string | null;
  success: Flag;
  /** Number of characters of `ends`. */
  size: number;
  /** JSON of `RecordedCall.ends`. */
  ends: string;
}

/** Recorded calls. The index of IDs finds single calls; the others have the order in which calls are listed. */
export const callTable: Migration = {
  async up(db, { id, flag, instant, integer, text }) {
    await db.schema
      .createTable("bookend_call")
      .addColumn("number", ...id)
      .addColumn("id", text, (column) => column.notNull())
      .addColumn("event", text, (column) => column.notNull())
      .addColumn("time", instant, (column) => column.notNull())
      .addColumn("method", text, (column) => column.notNull())
      .addColumn("path", text, (column) => column.notNull())
      .addColumn("user", text)
      .addColumn("realm", text)
      .addColumn("resolver", text)
      .addColumn("actor", text)
      .addColumn("client", text)
      .addColumn("success", flag, (column) => column.notNull())
      .addColumn("size", integer, (column) => column.notNull())
      .addColumn("ends", text, (column) => column.notNull())
      .execute();
    await db.schema.createIndex("bookend_call_id").on("bookend_call").column("id").execute();
    await db.schema.createIndex("bookend_call_time").on("bookend_call").columns(["time", "number", "size"]).execute();
    await db.schema.createIndex("bookend_call_event").on("bookend_call").columns(["event", "time", "number"]).execute();
  },
};
