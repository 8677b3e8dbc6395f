import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditPlace, chainStart, checkRow, sealMark } from "./audit-chain.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";
import { checkSigned, lockHead, readMark, writeMark } from "./audit-marks.js";

// a transaction keeps all writers waiting while it verifies and deletes these
const CHUNK = 500;

/**
 * Removes the oldest rows up to, but without, the first that began at `before` or later, and signs where the chain now begins.
 * What is removed is verified first.
 *
 * @throws {StoreError} `AUDIT_TAMPERED`, `AUDIT_KEY_UNKNOWN`; rows before the flaw may be gone.
 * @returns how many were removed.
 */
export async function pruneChain(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  before: Date,
): Promise<number> {
  const { db } = database;
  const { kept } = await db
    .selectFrom("bookend_audit")
    .select(({ fn }) => fn.min("number").as("kept"))
    .where("startdate", ">=", before.getTime())
    .$castTo<{ kept: number | null }>()
    .executeTakeFirstOrThrow();

  const pruneChunk = () =>
    db.transaction().execute(async (trx) => {
      const head = await lockHead(database, trx, verifier);
      const checkpoint = await readMark(trx, "checkpoint");
      if (checkpoint) checkSigned(verifier, checkpoint);
      let place: AuditPlace = checkpoint ?? chainStart;
      const rows = await trx
        .selectFrom("bookend_audit")
        .selectAll()
        .where("number", ">", place.number)
        .where("number", "<", kept ?? head.number + 1)
        .orderBy("number")
        .limit(CHUNK)
        .execute();
      for (const row of rows) {
        const flaw = checkRow(verifier, place, row);
        if (flaw) throw new StoreError("AUDIT_TAMPERED", `Row ${row.number} of the audit log was not pruned: ${flaw}.`);
        place = row;
      }
      if (rows.length === 0) return 0;
      await trx.deleteFrom("bookend_audit").where("number", "<=", place.number).execute();
      await writeMark(trx, sealMark(signer, "checkpoint", place));
      return rows.length;
    });

  let removed = 0;
  for (let count = await pruneChunk(); count > 0; count = await pruneChunk()) removed += count;
  return removed;
}
