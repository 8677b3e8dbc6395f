import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Each process writes a separate chain, and checkpoints cover all chains. Earlier rows become the chain of writer 0.
 */
export const auditChainTables: Migration = {
  async up(db, { dialect, flag, id, instant, integer, text }) {
    await db.schema
      .alterTable("bookend_audit")
      .addColumn("writer", integer, (column) => column.notNull().defaultTo(0))
      .execute();
    for (const column of ["place", "checkpoint"]) {
      await db.schema.alterTable("bookend_audit").addColumn(column, integer).execute();
    }
    await db.schema
      .createIndex("bookend_audit_place")
      .on("bookend_audit")
      .columns(["writer", "place", "number"])
      .execute();
    await db.schema
      .createTable("bookend_audit_chain")
      .addColumn("writer", ...id)
      .addColumn("public_key", text, (column) => column.notNull())
      .addColumn("start_checkpoint", integer, (column) => column.notNull())
      .addColumn("start_hash", text, (column) => column.notNull())
      .addColumn("key_id", text, (column) => column.notNull())
      .addColumn("certificate", text, (column) => column.notNull())
      .addColumn("place", integer, (column) => column.notNull())
      .addColumn("hash", text, (column) => column.notNull())
      .addColumn("signature", text, (column) => column.notNull())
      .addColumn("lease_until", instant, (column) => column.notNull())
      .addColumn("closed", flag, (column) => column.notNull())
      .addColumn("end_key_id", text)
      .addColumn("end_signature", text)
      .addColumn("cut_place", integer)
      .addColumn("cut_hash", text)
      .addColumn("cut_key_id", text)
      .addColumn("cut_signature", text)
      .addColumn("settled", integer)
      .execute();
    await db.schema
      .createTable("bookend_audit_checkpoint")
      .addColumn("number", integer, (column) => column.primaryKey())
      .addColumn("made_at", instant, (column) => column.notNull())
      .addColumn("leaves", text, (column) => column.notNull())
      .addColumn("root", text, (column) => column.notNull())
      .addColumn("previous", text, (column) => column.notNull())
      .addColumn("hash", text, (column) => column.notNull())
      .addColumn("key_id", text, (column) => column.notNull())
      .addColumn("signature", text, (column) => column.notNull())
      .execute();
    // so that the numbers of pruned rows are not assigned again
    const { rows } = await sql<{ last: number | string }>`
      select max(number) as last from (
        select max(number) as number from bookend_audit
        union all select number from bookend_audit_mark
        union all select 0 as number
      ) as numbers`.execute(db);
    const last = Number(rows[0]?.last ?? 0);
    await db.schema
      .createTable("bookend_audit_state")
      .addColumn("id", integer, (column) => column.primaryKey())
      .addColumn("number", integer, (column) => column.notNull())
      .execute();
    await db.insertInto("bookend_audit_state").values({ id: 1, number: last }).execute();
    // so that on PostgreSQL, no process waits for another that takes numbers
    if (dialect === "postgres") {
      await sql`create sequence bookend_audit_number start with ${sql.lit(last + 1)}`.execute(db);
    }
  },
};
