import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { sealMark } from "./audit-chain.js";
import type { AuditSigner } from "./audit-keys.js";
import { readMark, writeMark } from "./audit-marks.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { cutPlace } from "./chain-record.js";
import { checkLog } from "./check-log.js";
import { checkpointLeaves } from "./checkpoint.js";
import { lockCheckpoints } from "./take-checkpoint.js";

/** Maximum number of checkpoints that one transaction examines. */
const pageSize = 500;

/**
 * Removes the checkpoints that cover only pruned rows, except the newest of them, and the records of chains that ended
 * earlier; signs the place at which the checkpoints now begin. It handles one page of checkpoints at a time, because
 * other processes must wait for it.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 * @returns whether there may be more to remove
 */
export async function pruneCheckpoints(
  database: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
): Promise<boolean> {
  await lockCheckpoints(database, trx);
  await checkLog(trx, verifier);
  const cuts = new Map<number, number>([[0, (await readMark(trx, "checkpoint"))?.number ?? 0]]);
  for (const chain of await trx.selectFrom("bookend_audit_chain").selectAll().execute()) {
    const cut = cutPlace(verifier, chain);
    cuts.set(chain.writer, typeof cut === "string" ? 0 : cut.number);
  }
  const rows = await trx.selectFrom("bookend_audit_checkpoint").selectAll().orderBy("number").limit(pageSize).execute();
  let base: { readonly number: number; readonly hash: string } | undefined;
  for (const row of rows) {
    const leaves = checkpointLeaves(row);
    if (!leaves?.every(([writer, place]) => place <= (cuts.get(writer) ?? 0))) break;
    base = row;
  }
  if (base === undefined) return false;
  await trx.deleteFrom("bookend_audit_checkpoint").where("number", "<", base.number).execute();
  await writeMark(trx, sealMark(signer, "base", { number: base.number, hash: base.hash }));
  await trx.deleteFrom("bookend_audit_chain").where("settled", "<", base.number).execute();
  return rows.length === pageSize && base === rows.at(-1);
}
