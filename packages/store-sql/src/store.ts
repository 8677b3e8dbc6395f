import type { WritableBindingStore } from "@bookend/core";
import { sql } from "kysely";
import type { AuditKey } from "./audit/audit-keys.js";
import { type AuditLog, openAuditLog } from "./audit/sql-audit.js";
import { watchBindings } from "./bindings/binding-changes.js";
import { type SqlBindingsOptions, sqlBindings } from "./bindings/sql-bindings.js";
import { type CounterTable, sqlCounters } from "./counters/sql-counters.js";
import type { Database } from "./database.js";
import { withDeadline } from "./deadline.js";
import { StoreError } from "./errors.js";
import { migrate } from "./migrate.js";
import { storeMigrations } from "./store-migrations.js";
import type { StoreSchema } from "./store-schema.js";

/** The options of {@link openStore}. */
export interface StoreOptions<Schema> extends SqlBindingsOptions {
  /** From `openDatabase`; the host's own tables may be in it too. */
  readonly database: Database<Schema>;
  /** The Ed25519 private key that signs the audit log; `generateAuditKey()` makes one. */
  readonly auditKey: AuditKey;
  /** Public keys of those that signed earlier rows. Default none. */
  readonly formerAuditKeys?: readonly AuditKey[] | undefined;
  /** Name of this node, if each node keeps its counters in separate rows. Default: one row for all. */
  readonly node?: string | undefined;
  /** Milliseconds between questions whether another process changed a binding. Default 500. */
  readonly pollIntervalMs?: number | undefined;
}

/** `ok`, or the code of what is wrong: a {@link StoreErrorCode}, or one of the database. */
export interface StoreHealth {
  readonly database: string;
  /** Whether entries can be written to the audit log. */
  readonly audit: string;
}

/** Bindings, counters and the audit log of a host. */
export interface Store {
  readonly bindings: WritableBindingStore;
  readonly counters: CounterTable;
  readonly audit: AuditLog;
  /** For a readiness check; takes two seconds at most. */
  health(): Promise<StoreHealth>;
  /** Waits for pending audit entries and stops watching bindings. The database stays open. */
  close(): Promise<void>;
}

/**
 * Brings the store's tables up to date and opens it.
 *
 * @throws {StoreError} MIGRATION_FAILED, AUDIT_KEY_INVALID, AUDIT_KEY_UNKNOWN, AUDIT_TAMPERED
 */
export async function openStore<Schema>(options: StoreOptions<Schema>): Promise<Store> {
  const { auditKey, formerAuditKeys = [], node = "", pollIntervalMs = 500 } = options;
  const database = options.database as unknown as Database<StoreSchema>;
  await migrate(database, { migrations: storeMigrations, namespace: "bookend" });
  const log = await openAuditLog(database, auditKey, formerAuditKeys);
  const changes = await watchBindings(database, pollIntervalMs);
  return {
    bindings: sqlBindings(database, changes, options),
    counters: sqlCounters(database, node, (call) => log.audit.unitOf(call)),
    audit: log.audit,
    async health() {
      const [answered, audit] = await Promise.all([
        codeOf(sql`select 1`.execute(database.db)),
        codeOf(
          log.audit.failure().then((error) => {
            if (error !== undefined) throw error;
          }),
        ),
      ]);
      return { database: answered, audit };
    },
    async close() {
      await changes.close();
      await log.close();
    },
  };
}

/** Milliseconds that a readiness check may take. */
const healthTimeoutMs = 2_000;

async function codeOf(check: Promise<unknown>): Promise<string> {
  try {
    await withDeadline(check, healthTimeoutMs, () => new StoreError("DATABASE_TIMEOUT", "The check took too long."));
    return "ok";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "ERROR";
  }
}
