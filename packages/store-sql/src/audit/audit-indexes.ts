import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Indexes for searches of a long log. Each of them slows down writing, so only columns with many values have an index,
 * which omits rows without a value. Searches by other columns examine each row, for a limited time.
 */
export const auditIndexes: Migration = {
  async up(db, { dialect }) {
    const index = (name: string) => sql.ref(`bookend_audit_${name}`);
    // so that PostgreSQL finds prefixes in every locale of the database
    const inBytes = sql.raw(dialect === "postgres" ? " text_pattern_ops" : "");
    for (const column of ["serial", "user"]) {
      await sql`drop index ${index(column)}`.execute(db);
      const lower = sql`lower(${sql.ref(column)})${inBytes}`;
      await sql`create index ${index(column)} on bookend_audit (${lower}) where ${sql.ref(column)} is not null`.execute(
        db,
      );
    }
    for (const column of ["event", "binding", "container_serial", "administrator", "client"]) {
      const value = sql.ref(column);
      await sql`create index ${index(column)} on bookend_audit (${value}) where ${value} is not null`.execute(db);
    }
    await sql`create index ${index("failure")} on bookend_audit (number) where success = 0`.execute(db);
  },
};
