import type { Kysely, Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { type AuditMark, type AuditPlace, chainStart, checkMark, sealMark } from "./audit-chain.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";

/** Reads a mark. */
export function readMark(db: Kysely<StoreSchema>, kind: AuditMark["kind"]): Promise<AuditMark | undefined> {
  return db.selectFrom("bookend_audit_mark").selectAll().where("kind", "=", kind).executeTakeFirst();
}

/** Signs and keeps a mark. */
export async function writeMark(trx: Transaction<StoreSchema>, mark: AuditMark): Promise<void> {
  await trx
    .insertInto("bookend_audit_mark")
    .values(mark)
    .onConflict((conflict) => conflict.column("kind").doUpdateSet(mark))
    .execute();
}

/**
 * Reads the head and keeps every other writer waiting until the transaction ends.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 */
export async function lockHead(
  { dialect }: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
  verifier: AuditVerifier,
  trusted?: AuditPlace,
): Promise<AuditPlace> {
  const query = trx.selectFrom("bookend_audit_mark").selectAll().where("kind", "=", "head");
  // on SQLite the transaction itself is the lock
  const head = await (dialect === "postgres" ? query.forUpdate() : query).executeTakeFirst();
  if (head === undefined) throw new StoreError("AUDIT_TAMPERED", "The head of the audit log is gone.");
  if (head.number !== trusted?.number || head.hash !== trusted.hash) checkSigned(verifier, head);
  return head;
}

/** @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN */
export function checkSigned(verifier: AuditVerifier, mark: AuditMark): void {
  const answer = checkMark(verifier, mark);
  if (answer === "valid") return;
  if (answer === "unknown") {
    throw new StoreError(
      "AUDIT_KEY_UNKNOWN",
      `The audit log was signed with the key ${mark.key_id}, which was not given.`,
    );
  }
  throw new StoreError("AUDIT_TAMPERED", `The ${mark.kind} of the audit log is not what was signed.`);
}

/** Begins a chain where there is none, and sees that the one that is there can be continued. */
export async function openChain(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
): Promise<void> {
  await transact(database.db, async (trx) => {
    const row = await trx.selectFrom("bookend_audit").select("number").limit(1).executeTakeFirst();
    if (row === undefined && (await readMark(trx, "checkpoint")) === undefined) {
      await trx
        .insertInto("bookend_audit_mark")
        .values(sealMark(signer, "head", chainStart))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await lockHead(database, trx, verifier);
  });
}
