import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { type AuditPlace, chainStart, checkRow, sealMark } from "./audit-chain.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";
import { checkSigned, lockHead, readMark, writeMark } from "./audit-marks.js";

// a transaction keeps all writers waiting while it verifies and deletes these
const chunk = 500;

// rows whose dates are read at once
const page = 5_000;

/**
 * Removes the oldest rows, and signs where the chain now begins. What is removed is verified first. See {@link lastBefore} for how many.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN; rows before the flaw may be gone
 * @returns how many were removed
 */
export async function pruneChain(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  before: Date,
): Promise<number> {
  const { db } = database;
  const last = await lastBefore(database, before);
  if (last === undefined) return 0;

  const pruneChunk = () =>
    transact(db, async (trx) => {
      await lockHead(database, trx, verifier);
      const checkpoint = await readMark(trx, "checkpoint");
      if (checkpoint) checkSigned(verifier, checkpoint);
      let place: AuditPlace = checkpoint ?? chainStart;
      const rows = await trx
        .selectFrom("bookend_audit")
        .selectAll()
        .where("number", ">", place.number)
        .where("number", "<=", last)
        .orderBy("number")
        .limit(chunk)
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

/**
 * Number of the newest row to remove: after it the log is cut where the fewest rows are on the wrong side, so that a row that a wrong clock dated
 * too late does not keep all that follow, nor one that it dated too early remove all before it. Of several such places, the oldest.
 */
async function lastBefore({ db }: Database<StoreSchema>, before: Date): Promise<number | undefined> {
  const { newest } = await db
    .selectFrom("bookend_audit")
    .select(({ fn }) => fn.max("number").as("newest"))
    .where("startdate", "<", before.getTime())
    .$castTo<{ newest: number | null }>()
    .executeTakeFirstOrThrow();
  let last: number | undefined;
  // of the rows so far: those that began before, less the others
  let surplus = 0;
  let most = 0;
  let number = 0;
  while (newest !== null && number < newest) {
    const rows = await db
      .selectFrom("bookend_audit")
      .select(["number", "startdate"])
      .where("number", ">", number)
      .where("number", "<=", newest)
      .orderBy("number")
      .limit(page)
      .execute();
    // others prune too
    if (rows.length === 0) break;
    for (const row of rows) {
      number = row.number;
      surplus += row.startdate < before.getTime() ? 1 : -1;
      if (surplus > most) {
        most = surplus;
        last = number;
      }
    }
  }
  return last;
}
