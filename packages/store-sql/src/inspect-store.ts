import { createAuditSigner, createAuditVerifier } from "./audit/audit-keys.js";
import { checkSigned, readMark } from "./audit/audit-marks.js";
import { checkLogNow } from "./audit/check-log.js";
import type { Database } from "./database.js";
import { type MigrationState, migrationState } from "./migrate.js";
import type { StoreOptions } from "./store.js";
import { storeMigrations } from "./store-migrations.js";
import type { StoreSchema } from "./store-schema.js";

/**
 * Checks the requirements of `openStore` without changing anything: that the keys can be used, that one of them signed
 * the audit log, and which migrations are pending. For a check before a server starts, on a database that was opened
 * with `readOnly`.
 *
 * @throws {StoreError} AUDIT_KEY_INVALID, AUDIT_KEY_UNKNOWN, AUDIT_TAMPERED
 */
export async function inspectStore<Schema>({
  auditKey,
  formerAuditKeys = [],
  ...options
}: Pick<StoreOptions<Schema>, "database" | "auditKey" | "formerAuditKeys">): Promise<MigrationState> {
  const database = options.database as unknown as Database<StoreSchema>;
  createAuditSigner(auditKey);
  const verifier = createAuditVerifier([auditKey, ...formerAuditKeys]);
  const state = await migrationState(database, { migrations: storeMigrations, namespace: "bookend" });
  const tables = await database.db.introspection.getTables();
  const has = (table: string) => tables.some(({ name }) => name === table);
  if (has("bookend_audit_state")) {
    await checkLogNow(database.db, verifier);
  } else if (has("bookend_audit_mark")) {
    // the tables are from a version with a single chain
    const head = await readMark(database.db, "head");
    if (head !== undefined) checkSigned(verifier, head);
  }
  return state;
}
