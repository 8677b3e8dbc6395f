import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { type AuditPlace, chainStart, checkOldRow, checkRow, sealMark } from "./audit-chain.js";
import type { AuditSigner } from "./audit-keys.js";
import { checkSigned, lockHead, readMark, unknownKey, writeMark } from "./audit-marks.js";
import type { AuditRow } from "./audit-row.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { chainVerifier, cutPlace, sealCut } from "./chain-record.js";
import { lastBefore } from "./last-before.js";
import { pruneCheckpoints } from "./prune-checkpoints.js";
import { sealedRow } from "./row-content.js";

// number of rows per transaction, for which the writer of the chain must wait
const chunk = 500;

/** Deletes one chunk of the oldest rows of a chain; resolves to their number. */
type PruneChunk = (trx: Transaction<StoreSchema>, last: number) => Promise<number>;

/**
 * Removes the oldest rows of each chain, and signs the place at which it now begins. Rows are verified and covered by a
 * checkpoint before they are removed. {@link lastBefore} determines how many.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN; rows before the flaw may have been removed
 * @returns the number of removed rows
 */
export async function pruneLog(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  before: Date,
): Promise<number> {
  const { db } = database;
  let removed = 0;
  const prune = async (writer: number, pruneChunk: PruneChunk): Promise<void> => {
    const last = await lastBefore(db, writer, before);
    if (last === undefined) return;
    for (let count = 1; count > 0; removed += count) count = await transact(db, (trx) => pruneChunk(trx, last));
  };
  await prune(0, pruneOldChunk(database, signer, verifier));
  const chains = await db.selectFrom("bookend_audit_chain").select("writer").orderBy("writer").execute();
  for (const { writer } of chains) await prune(writer, pruneChainChunk(database, signer, verifier, writer));
  for (let more = removed > 0; more; ) {
    more = await transact(db, (trx) => pruneCheckpoints(database, trx, signer, verifier));
  }
  return removed;
}

function pruneOldChunk(database: Database<StoreSchema>, signer: AuditSigner, verifier: AuditVerifier): PruneChunk {
  return async (trx, last) => {
    await lockHead(database, trx, verifier);
    const checkpoint = await readMark(trx, "checkpoint");
    if (checkpoint) checkSigned(verifier, checkpoint);
    let place: AuditPlace = checkpoint ?? chainStart;
    const rows = await rowsOf(trx, 0)
      .where("number", ">", place.number)
      .where("number", "<=", last)
      .orderBy("number")
      .execute();
    for (const row of rows) {
      refuse(row.number, 0, checkOldRow(verifier, place, sealedRow(row)));
      place = row;
    }
    if (rows.length === 0) return 0;
    await trx.deleteFrom("bookend_audit").where("writer", "=", 0).where("number", "<=", place.number).execute();
    await writeMark(trx, sealMark(signer, "checkpoint", place));
    return rows.length;
  };
}

function pruneChainChunk(
  { dialect }: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  writer: number,
): PruneChunk {
  return async (trx, last) => {
    const query = trx.selectFrom("bookend_audit_chain").selectAll().where("writer", "=", writer);
    const chain = await (dialect === "postgres" ? query.forUpdate() : query).executeTakeFirst();
    if (chain === undefined) return 0;
    const key = chainVerifier(verifier, chain);
    const start = cutPlace(verifier, chain);
    if (key === "unknown") throw unknownKey(chain.key_id);
    if (start === "unknown") throw unknownKey(chain.cut_key_id ?? "");
    if (key === "invalid" || start === "invalid") {
      throw new StoreError(
        "AUDIT_TAMPERED",
        `The record of the chain of writer ${writer} differs from what was signed.`,
      );
    }
    let place: AuditPlace = start;
    const rows = await rowsOf(trx, writer)
      .where("place", ">", place.number)
      .where("place", "<=", Math.min(last, chain.place))
      .orderBy("place")
      .orderBy("number")
      .execute();
    for (const row of rows) {
      refuse(row.place ?? 0, writer, checkRow(writer, key, place, sealedRow(row)));
      place = { number: row.place ?? 0, hash: row.hash };
    }
    if (rows.length === 0) return 0;
    await trx.deleteFrom("bookend_audit").where("writer", "=", writer).where("place", "<=", place.number).execute();
    await trx
      .updateTable("bookend_audit_chain")
      .set(sealCut(signer, writer, place))
      .where("writer", "=", writer)
      .execute();
    return rows.length;
  };
}

function rowsOf(trx: Transaction<StoreSchema>, writer: number) {
  return trx.selectFrom("bookend_audit").selectAll().where("writer", "=", writer).limit(chunk);
}

function refuse(number: AuditRow["number"], writer: number, flaw: string | undefined): void {
  if (flaw === undefined) return;
  const name = writer === 0 ? `Row ${number}` : `Row ${number} of writer ${writer}`;
  throw new StoreError("AUDIT_TAMPERED", `${name} of the audit log was not pruned: ${flaw}.`);
}
