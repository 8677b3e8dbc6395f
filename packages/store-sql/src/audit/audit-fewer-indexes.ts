import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Removes two indexes on SQLite, where each takes a part of the time of writing a row: searches never used the index of
 * actors, and the index of bindings also finds the last run of each binding. PostgreSQL uses both.
 */
export const auditFewerIndexes: Migration = {
  async up(db, { dialect }) {
    if (dialect !== "sqlite") return;
    for (const name of ["actor", "last_run"]) await sql`drop index ${sql.ref(`bookend_audit_${name}`)}`.execute(db);
  },
};
