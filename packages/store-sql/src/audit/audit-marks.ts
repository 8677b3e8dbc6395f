import type { Kysely, Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditMark, type AuditPlace, checkMark } from "./audit-chain.js";
import type { AuditVerifier } from "./audit-verifier.js";

/** Reads the mark of a kind; undefined if there is none. */
export function readMark(db: Kysely<StoreSchema>, kind: AuditMark["kind"]): Promise<AuditMark | undefined> {
  return db.selectFrom("bookend_audit_mark").selectAll().where("kind", "=", kind).executeTakeFirst();
}

/** Stores a signed mark; it replaces an earlier one of its kind. */
export async function writeMark(trx: Transaction<StoreSchema>, mark: AuditMark): Promise<void> {
  await trx
    .insertInto("bookend_audit_mark")
    .values(mark)
    .onConflict((conflict) => conflict.column("kind").doUpdateSet(mark))
    .execute();
}

/**
 * Reads the head of writer 0, and locks it, so that other processes that prune wait until the transaction ends.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 */
export async function lockHead(
  { dialect }: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
  verifier: AuditVerifier,
): Promise<AuditPlace> {
  const query = trx.selectFrom("bookend_audit_mark").selectAll().where("kind", "=", "head");
  // on SQLite the transaction itself is the lock
  const head = await (dialect === "postgres" ? query.forUpdate() : query).executeTakeFirst();
  if (head === undefined) throw new StoreError("AUDIT_TAMPERED", "The head of the audit log is missing.");
  checkSigned(verifier, head);
  return head;
}

/** @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN */
export function checkSigned(verifier: AuditVerifier, mark: AuditMark): void {
  const answer = checkMark(verifier, mark);
  if (answer === "valid") return;
  if (answer === "unknown") throw unknownKey(mark.key_id);
  throw new StoreError("AUDIT_TAMPERED", `The ${mark.kind} of the audit log differs from what was signed.`);
}

/** Creates the error for a signature that was made with an unknown key. */
export function unknownKey(keyId: string): StoreError {
  return new StoreError("AUDIT_KEY_UNKNOWN", `The audit log was signed with the key ${keyId}, which was not provided.`);
}
