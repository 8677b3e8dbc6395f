import type { AuditCall, AuditSink, AuditUnit } from "@bookend/core";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { csvPages } from "./audit-csv.js";
import { actionToFields, callToFields } from "./audit-entry.js";
import { type AuditKey, createAuditSigner, createAuditVerifier } from "./audit-keys.js";
import { openChain } from "./audit-marks.js";
import { type AuditFilter, type AuditPage, type AuditSearch, searchRows } from "./audit-search.js";
import { type AuditStats, type AuditStatsQuery, auditStats } from "./audit-stats.js";
import { auditUnit, type JoinableUnit } from "./audit-unit.js";
import { auditWriter } from "./audit-writer.js";
import { pruneChain } from "./prune-audit.js";
import { type AuditVerification, type VerifyOptions, verifyChain } from "./verify-audit.js";

/** The audit log: rows chained by hash, each signed. */
export interface AuditLog extends AuditSink {
  /** Adds the entry of an API call; resolves when it is committed. */
  call(entry: AuditCall): Promise<void>;
  /** Collects the entries of one call: they are committed in one transaction, or after each 100. */
  unit(): AuditUnit;
  /** @throws {StoreError} AUDIT_FILTER_INVALID */
  search(search?: AuditSearch): Promise<AuditPage>;
  /** Streams CSV, oldest entry first, with a line of column names. @throws {StoreError} AUDIT_FILTER_INVALID, at once */
  exportCsv(filter?: AuditFilter): AsyncIterable<string>;
  /** Numbers of runs and calls in buckets of time, and when each binding ran last. */
  stats(query: AuditStatsQuery): Promise<AuditStats>;
  /**
   * Whether entries can be written: undefined, or the error that the last one failed with, if trying again fails too.
   * A host's readiness check asks this.
   */
  failure(): Promise<unknown>;
  /** Finds the first flaw: a row that was changed, removed, inserted or moved, and rows cut off at the end. */
  verify(options?: VerifyOptions): Promise<AuditVerification>;
  /**
   * Removes the oldest rows and leaves a log that verifies. The log is cut where the fewest rows are on the wrong side of `before`: one row that a
   * wrong clock dated too late does not keep those after it.
   *
   * @throws {StoreError} AUDIT_TAMPERED if what would be removed does not verify
   */
  prune(options: { readonly before: Date }): Promise<{ readonly removed: number }>;
}

/** The audit log as other stores of this package see it. */
export interface JoinableAuditLog extends AuditLog {
  unit(): JoinableUnit;
}

/** The audit log of a database, and what ends its writing. */
export async function openAuditLog(
  database: Database<StoreSchema>,
  auditKey: AuditKey,
  formerAuditKeys: readonly AuditKey[],
): Promise<{ readonly audit: JoinableAuditLog; close(): Promise<void> }> {
  const { db, dialect } = database;
  const signer = createAuditSigner(auditKey);
  const verifier = createAuditVerifier([auditKey, ...formerAuditKeys]);
  await openChain(database, signer, verifier);
  const writer = auditWriter(database, signer, verifier);
  const audit: JoinableAuditLog = {
    begin: (start) => ({
      success: (end) => writer.append([actionToFields(start, end, true)]),
      failure: (end) => writer.append([actionToFields(start, end, false)]),
    }),
    call: (entry) => writer.append([callToFields(entry)]),
    unit: () => auditUnit(writer),
    failure: writer.failure,
    search: (search = {}) => searchRows(db, dialect, search),
    stats: (query) => auditStats(db, query),
    exportCsv: (filter = {}) => csvPages(db, dialect, filter),
    verify: (options = {}) => verifyChain(db, verifier, options),
    prune: async ({ before }) => ({ removed: await pruneChain(database, signer, verifier, before) }),
  };
  return { audit, close: writer.close };
}
