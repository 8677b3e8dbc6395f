import type { Kysely } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditPlace, chainStart } from "./audit-chain.js";
import { type AuditKey, type AuditVerifier, createAuditVerifier } from "./audit-keys.js";
import {
  type AuditCheckpoint,
  type AuditFinding,
  beginVerification,
  readSnapshot,
  type Verification,
} from "./verification.js";
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
   * An earlier checkpoint, stored where nobody who can write to the database can change it; or the head of a log from a
   * version without checkpoints.
   */
  readonly anchor?: AuditCheckpoint | AuditPlace | undefined;
  /** Called after every page of rows. */
  readonly onProgress?: ((progress: { readonly checked: number; readonly total: number }) => void) | undefined;
}

/**
 * Verifies an audit log with only public keys, as an auditor does. Other processes may append and prune in the
 * meantime.
 *
 * @throws {StoreError} AUDIT_KEY_INVALID
 */
export function verifyAudit<Schema>(
  options: VerifyOptions & { readonly database: Database<Schema>; readonly auditKeys: readonly AuditKey[] },
): Promise<AuditVerification> {
  const { db } = options.database as unknown as Database<StoreSchema>;
  return verifyLog(db, createAuditVerifier(options.auditKeys), options);
}

/** As above, with a verifier. */
export async function verifyLog(
  db: Kysely<StoreSchema>,
  verifier: AuditVerifier,
  { anchor, onProgress }: VerifyOptions,
): Promise<AuditVerification> {
  const snapshot = await readSnapshot(db);
  const verification = beginVerification(db, verifier, snapshot, anchor, onProgress);
  const firstBad = await findFlaw(verification);
  const { checked } = verification;
  if (firstBad) return { ok: false, checked, firstBad };
  const { number, hash } = snapshot.marks.newest ?? chainStart;
  return { ok: true, checked, head: { checkpoint: number, hash } };
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
