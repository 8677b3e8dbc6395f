import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Indexes for counting runs and calls in a period, and for the last run of each binding: both are read from the index
 * alone.
 */
export const auditStatsIndexes: Migration = {
  async up(db) {
    // the new index begins with the same columns, so the earlier one is no longer needed
    await sql`drop index bookend_audit_startdate`.execute(db);
    await sql`create index bookend_audit_startdate on bookend_audit (startdate, binding, success)`.execute(db);
    await sql`create index bookend_audit_last_run on bookend_audit (binding, startdate) where binding is not null`.execute(
      db,
    );
  },
};
