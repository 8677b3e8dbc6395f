import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * The indexes for counting runs and calls, with a column that distinguishes the end of a delivery from a run: runs and
 * calls are still counted from the index alone.
 */
export const auditRunIndexes: Migration = {
  async up(db) {
    await sql`drop index bookend_audit_startdate`.execute(db);
    await sql`create index bookend_audit_startdate on bookend_audit (startdate, binding, success, action)`.execute(db);
    await sql`drop index bookend_audit_last_run`.execute(db);
    await sql`create index bookend_audit_last_run on bookend_audit (binding, startdate, action)
      where binding is not null and substr(action, 1, 9) <> 'DELIVERY '`.execute(db);
  },
};
