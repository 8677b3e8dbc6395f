import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/**
 * Indexes with the number after the value: the newest entries of an event, an action or a binding are read from the end
 * of the index, however many there are and however old they are. On SQLite, every index contains the number anyway.
 * PostgreSQL assumes that the entries of a value are spread evenly, and would search for them in the order of the key;
 * therefore the number is an expression, whose order no other index has.
 */
export const auditOrderIndexes: Migration = {
  async up(db, { dialect }) {
    if (dialect === "sqlite") {
      await sql`create index bookend_audit_action on bookend_audit (action)`.execute(db);
      return;
    }
    await sql`create index bookend_audit_action on bookend_audit (action, (number + 0))`.execute(db);
    for (const column of ["event", "binding"]) {
      const [name, value] = [sql.ref(`bookend_audit_${column}`), sql.ref(column)];
      await sql`drop index ${name}`.execute(db);
      await sql`create index ${name} on bookend_audit (${value}, (number + 0)) where ${value} is not null`.execute(db);
    }
    await sql`drop index bookend_audit_failure`.execute(db);
    await sql`create index bookend_audit_failure on bookend_audit ((number + 0)) where success = 0`.execute(db);
  },
};
