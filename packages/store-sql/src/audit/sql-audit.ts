import type { AuditCall, AuditSink, AuditUnit } from "@bookend/core";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { chainStart, sealMark } from "./audit-chain.js";
import { csvPages } from "./audit-csv.js";
import { actionToFields, callToFields } from "./audit-entry.js";
import type { AuditFilter } from "./audit-filter.js";
import { type AuditKey, createAuditSigner, createAuditVerifier } from "./audit-keys.js";
import { type AuditPage, type AuditSearch, searchRows } from "./audit-search.js";
import { type AuditStats, type AuditStatsQuery, auditStats } from "./audit-stats.js";
import { auditUnit, type JoinableUnit } from "./audit-unit.js";
import { auditWriter } from "./audit-writer.js";
import { checkLogNow } from "./check-log.js";
import { readLastCheckpoint } from "./last-checkpoint.js";
import { pruneLog } from "./prune-audit.js";
import type { AuditCheckpoint, LastCheckpoint } from "./verification.js";
import { type AuditVerification, type VerifyOptions, verifyLog } from "./verify-audit.js";

/** The audit log: a chain of rows for each process, linked by hash and signed in batches; checkpoints cover all of them. */
export interface AuditLog extends AuditSink {
  /** Adds the entry of an API call; resolves when it is committed. */
  call(entry: AuditCall): Promise<void>;
  /** Collects the entries of one call: they are committed in one transaction, or after each 100. */
  unit(): AuditUnit;
  /** @throws {StoreError} AUDIT_FILTER_INVALID */
  search(search?: AuditSearch): Promise<AuditPage>;
  /** Streams CSV, oldest entry first, with a line of column names. @throws {StoreError} AUDIT_FILTER_INVALID, at once */
  exportCsv(filter?: AuditFilter): AsyncIterable<string>;
  /**
   * Numbers of runs and calls in buckets of time, and when each binding ran last. The ends of deliveries are neither.
   *
   * @throws {StoreError} AUDIT_FILTER_INVALID if it takes more than ten seconds
   */
  stats(query: AuditStatsQuery): Promise<AuditStats>;
  /**
   * Whether entries can be written: undefined, or the error that the last one failed with, if trying again fails too.
   * A host's readiness check asks this.
   */
  failure(): Promise<unknown>;
  /**
   * Signs where the chains of all processes are now, which happens by itself every ten seconds or 1,000 rows. Kept elsewhere, a checkpoint is the
   * `anchor` of a later verification.
   *
   * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
   */
  checkpoint(): Promise<AuditCheckpoint>;
  /** The newest checkpoint, for metrics: its age, and how many entries it does not cover. Undefined if there is none yet. */
  lastCheckpoint(): Promise<LastCheckpoint | undefined>;
  /**
   * Finds the first flaw: a row that was changed, removed, inserted or moved, rows cut off at the end, a chain or a checkpoint that is gone. It
   * takes a checkpoint first, so that the `head` that it resolves to covers all rows.
   */
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
  now: () => number = Date.now,
): Promise<{ readonly audit: JoinableAuditLog; close(): Promise<void> }> {
  const { db, dialect } = database;
  const signer = createAuditSigner(auditKey);
  const verifier = createAuditVerifier([auditKey, ...formerAuditKeys]);
  await checkLogNow(db, verifier);
  // from here on, another key is refused
  await db
    .insertInto("bookend_audit_mark")
    .values(sealMark(signer, "head", chainStart))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const writer = auditWriter(database, signer, verifier, now);
  /** A reader who trusts nothing in the database needs a current checkpoint; a log that was tampered with gets none. */
  const verify = async (options: VerifyOptions) => {
    await writer.checkpoint().catch(() => undefined);
    return verifyLog(db, verifier, options);
  };
  const audit: JoinableAuditLog = {
    begin: (start) => ({
      success: (end) => writer.append([actionToFields(start, end, true)]),
      failure: (end) => writer.append([actionToFields(start, end, false)]),
    }),
    call: (entry) => writer.append([callToFields(entry)]),
    unit: () => auditUnit(writer),
    failure: writer.failure,
    search: (search = {}) => searchRows(database.reader, dialect, search),
    stats: (query) => auditStats(database.reader, query),
    exportCsv: (filter = {}) => csvPages(database.reader, dialect, filter),
    verify: (options = {}) => verify(options),
    async checkpoint() {
      const { number, hash } = await writer.checkpoint();
      return { checkpoint: number, hash };
    },
    lastCheckpoint: () => readLastCheckpoint(database.reader),
    async prune({ before }) {
      await writer.checkpoint();
      return { removed: await pruneLog(database, signer, verifier, before) };
    },
  };
  return { audit, close: writer.close };
}
