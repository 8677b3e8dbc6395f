import type { Database } from "../database.js";
import { openedDatabase } from "../opened-database.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditPlace, chainStart } from "./audit-chain.js";
import { type AuditKey, createAuditVerifier } from "./audit-keys.js";
import type { AuditVerifier } from "./audit-verifier.js";
import type { LogSource } from "./page-statements.js";
import { rowScanner } from "./row-scanner.js";
import { scanningThreads } from "./scanning-threads.js";
import { type AuditCheckpoint, type AuditFinding, countRows, readSnapshot, type Verification } from "./verification.js";
import { verifyChain } from "./verify-chain.js";
import { verifyCheckpoints } from "./verify-checkpoints.js";
import { verifyOldChain } from "./verify-old-chain.js";

/** The result of verifying the audit log. */
export interface AuditVerification {
  readonly ok: boolean;
  /** The number of rows that were checked. */
  readonly checked: number;
  /** The newest checkpoint, if there is no flaw: keep it elsewhere, and pass it as the anchor the next time. */
  readonly head?: AuditCheckpoint | undefined;
  readonly firstBad?: AuditFinding | undefined;
}

/** The options of {@link verifyAudit}. */
export interface VerifyOptions {
  /**
   * An earlier checkpoint, stored where no one who can write to the database can change it; or the head of a log from a
   * version without checkpoints.
   */
  readonly anchor?: AuditCheckpoint | AuditPlace | undefined;
  /** Called after every page of rows. */
  readonly onProgress?: ((progress: { readonly checked: number; readonly total: number }) => void) | undefined;
  /** Ends the verification, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A log with at least this many rows is verified on threads; for a shorter log, starting the threads would take longer.
 */
const fewRows = 2_000;

/**
 * Verifies an audit log with public keys alone, as an auditor does. Other processes may append and prune in the
 * meantime. Many rows are checked on two threads with connections of their own, which end with the verification.
 *
 * @throws {StoreError} AUDIT_KEY_INVALID; STORE_CLOSED if the database is closed in the meantime; DATABASE_TIMEOUT if
 * it does not respond
 */
export async function verifyAudit<Schema>(
  options: VerifyOptions & { readonly database: Database<Schema>; readonly auditKeys: readonly AuditKey[] },
): Promise<AuditVerification> {
  const { reader, dialect } = options.database as unknown as Database<StoreSchema>;
  return verifyLog({ db: reader, dialect }, createAuditVerifier(options.auditKeys), options);
}

/** Like {@link verifyAudit}, but with a verifier. */
export async function verifyLog(
  source: LogSource,
  verifier: AuditVerifier,
  { anchor, onProgress, signal }: VerifyOptions,
  threadsFrom = fewRows,
): Promise<AuditVerification> {
  signal?.throwIfAborted();
  const { db } = source;
  const snapshot = await readSnapshot(db);
  const total = countRows(snapshot);
  let seen = 0;
  const onPage = (rows: number) => {
    seen += rows;
    onProgress?.({ checked: seen, total });
  };
  const opened = total < threadsFrom ? undefined : openedDatabase(db);
  const scanner = opened ? scanningThreads(source, opened, { onPage, signal }) : rowScanner(source, { onPage, signal });
  const verification: Verification = { db, verifier, anchor, snapshot, scanner, named: 0, checked: 0 };
  try {
    const firstBad = await findFlaw(verification);
    const { checked } = verification;
    if (firstBad) return { ok: false, checked, firstBad };
    const { number, hash } = snapshot.marks.newest ?? chainStart;
    return { ok: true, checked, head: { checkpoint: number, hash } };
  } finally {
    await scanner.close();
  }
}

async function findFlaw(verification: Verification): Promise<AuditFinding | undefined> {
  const { db, snapshot } = verification;
  const old = await verifyOldChain(verification);
  if (old) return old;
  for (const chain of snapshot.chains) {
    const found = await verifyChain(verification, chain);
    if (found) return found;
  }
  for (const writer of snapshot.strays) {
    const { last } = await db
      .selectFrom("bookend_audit")
      .select(({ fn }) => fn.max("place").as("last"))
      .where("writer", "=", writer)
      .$castTo<{ last: number | null }>()
      .executeTakeFirstOrThrow();
    return { writer, number: last ?? 0, reason: "head" };
  }
  return verifyCheckpoints(verification);
}
