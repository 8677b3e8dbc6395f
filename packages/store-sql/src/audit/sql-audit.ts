import type { AuditCall, AuditSink, AuditUnit, Call } from "@bookend/core";
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

/**
 * The audit log: a chain of rows for each process, linked by hash and signed in batches; checkpoints cover all of them.
 */
export interface AuditLog extends AuditSink {
  /** Adds the entry of an API call; resolves when it is committed. */
  call(entry: AuditCall): Promise<void>;
  /**
   * Collects the entries of one call: they are committed in one transaction when the call ends, or, if there are many,
   * after every 100 entries.
   */
  unit(call?: Pick<Call, "id">): AuditUnit;
  /** @throws {StoreError} AUDIT_FILTER_INVALID */
  search(search?: AuditSearch): Promise<AuditPage>;
  /**
   * Streams CSV, oldest entry first, with a line of column names. @throws {StoreError} AUDIT_FILTER_INVALID immediately
   */
  exportCsv(filter?: AuditFilter): AsyncIterable<string>;
  /**
   * Returns the numbers of runs and calls in buckets of time, and the last run of each binding. The end of a delivery
   * counts as neither.
   *
   * @throws {StoreError} AUDIT_FILTER_INVALID if it takes more than ten seconds
   */
  stats(query: AuditStatsQuery): Promise<AuditStats>;
  /**
   * Returns undefined if the last entries were written, or if a check finds that entries can be written again;
   * otherwise the error of that check. For a host's readiness check.
   */
  failure(): Promise<unknown>;
  /**
   * Signs the current places of all chains, which also happens automatically every ten seconds or 1,000 rows. Keep the
   * checkpoint elsewhere, and pass it as `anchor` to a later verification.
   *
   * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
   */
  checkpoint(): Promise<AuditCheckpoint>;
  /**
   * Returns the newest checkpoint, for metrics: its age, and how many entries it does not cover. Undefined if there is
   * none yet.
   */
  lastCheckpoint(): Promise<LastCheckpoint | undefined>;
  /**
   * Finds the first flaw: a row that was changed, removed, inserted or moved, rows that were cut off at the end, or a
   * chain or a checkpoint that was removed. It takes a checkpoint first, so that the resulting `head` covers all rows.
   */
  verify(options?: VerifyOptions): Promise<AuditVerification>;
  /**
   * Removes the oldest rows; the remaining log can still be verified. The log is cut at the place that leaves the
   * fewest rows on the wrong side of `before`, so a row that a wrong clock dated too late does not preserve those after
   * it.
   *
   * @throws {StoreError} AUDIT_TAMPERED if the rows to remove have a flaw
   */
  prune(options: { readonly before: Date }): Promise<{ readonly removed: number }>;
}

/** The audit log, with the methods that other stores of this package need. */
export interface JoinableAuditLog extends AuditLog {
  unit(call?: Pick<Call, "id">): JoinableUnit;
  /** Returns the unit of a running call; undefined if the call has none. */
  unitOf(call: Pick<Call, "id">): JoinableUnit | undefined;
}

/** Opens the audit log of a database; also returns the function that ends writing. */
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
  // from now on, a different key is refused
  await db
    .insertInto("bookend_audit_mark")
    .values(sealMark(signer, "head", chainStart))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const writer = auditWriter(database, signer, verifier, now);
  /** The units that are not committed yet, by the ids of their calls. */
  const units = new Map<string, JoinableUnit>();
  /**
   * Verifies the log, after taking a current checkpoint for readers who do not trust the database. No checkpoint is
   * taken if the log was tampered with.
   */
  const verify = async (options: VerifyOptions) => {
    await writer.checkpoint().catch(() => undefined);
    return verifyLog({ db: database.reader, dialect }, verifier, options);
  };
  const audit: JoinableAuditLog = {
    begin: (start) => ({
      success: (end) => writer.append([actionToFields(start, end, true)]),
      failure: (end) => writer.append([actionToFields(start, end, false)]),
    }),
    call: (entry) => writer.append([callToFields(entry)]),
    unit(call) {
      if (!call) return auditUnit(writer);
      const { id } = call;
      const unit = auditUnit(writer, () => {
        if (units.get(id) === unit) units.delete(id);
      });
      units.set(id, unit);
      return unit;
    },
    unitOf: ({ id }) => units.get(id),
    failure: writer.failure,
    search: (search = {}) => searchRows(database.reader, dialect, search),
    stats: (query) => auditStats(database, query),
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
