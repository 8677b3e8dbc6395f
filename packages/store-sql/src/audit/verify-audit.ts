import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditMark, type AuditPlace, chainStart, checkMark, checkRow, type RowFlaw } from "./audit-chain.js";
import { type AuditKey, type AuditVerifier, createAuditVerifier } from "./audit-keys.js";
import { readMark } from "./audit-marks.js";
import { readPages } from "./read-pages.js";

/** Rows that are checked before other work of the process goes on. */
const rowsPerTurn = 100;

/**
 * A flaw of the audit log.
 *
 * - `missing`: the row of this number is gone.
 * - `changed`: the row is not what was hashed: it was changed, inserted or moved.
 * - `forged`: the row was not signed by its key; `unknown_key`: that key was not given.
 * - `unknown_format`: the row was written by a later version, or its format was changed.
 * - `truncated`: the rows from this number on are gone.
 * - `unexpected`: the row does not belong to the log: it is behind its head, or where rows were pruned.
 * - `head`, `checkpoint`: the signed record of the newest row, or of the newest pruned one, is gone or not as it was signed.
 * - `rolled_back`: the log does not hold the anchor's row as it was.
 */
export type AuditFlaw = RowFlaw | "truncated" | "unexpected" | "head" | "checkpoint" | "rolled_back";

/** The first flaw. */
export interface AuditFinding {
  /** Number of the row. */
  readonly number: number;
  readonly reason: AuditFlaw;
}

/** The result of verifying the audit log. */
export interface AuditVerification {
  readonly ok: boolean;
  /** Rows that were looked at. */
  readonly checked: number;
  /** The newest row, if all is well: kept elsewhere, it is the anchor of the next time. */
  readonly head?: AuditPlace | undefined;
  readonly firstBad?: AuditFinding | undefined;
}

/** The options of {@link verifyAudit}. */
export interface VerifyOptions {
  /** A head that was seen before, and kept where nobody who can write to the database can change it. */
  readonly anchor?: AuditPlace | undefined;
  /** Called after every page of rows. */
  readonly onProgress?: ((progress: { readonly checked: number; readonly total: number }) => void) | undefined;
}

/**
 * Verifies an audit log with public keys alone, as an auditor does. Appending and pruning may go on.
 *
 * @throws {StoreError} AUDIT_KEY_INVALID
 */
export function verifyAudit<Schema>(
  options: VerifyOptions & { readonly database: Database<Schema>; readonly auditKeys: readonly AuditKey[] },
): Promise<AuditVerification> {
  const { db } = options.database as unknown as Database<StoreSchema>;
  return verifyChain(db, createAuditVerifier(options.auditKeys), options);
}

/** The same with a verifier. */
export async function verifyChain(
  db: Kysely<StoreSchema>,
  verifier: AuditVerifier,
  { anchor, onProgress }: VerifyOptions,
): Promise<AuditVerification> {
  let checked = 0;
  const bad = (number: number, reason: AuditFlaw): AuditVerification => ({
    ok: false,
    checked,
    firstBad: { number, reason },
  });
  const { head, checkpoint, first, last = 0 } = await readEnds(db);
  let place: AuditPlace = checkpoint ?? chainStart;
  if (checkpoint && checkMark(verifier, checkpoint) !== "valid") return bad(checkpoint.number, "checkpoint");
  if (first !== undefined && first <= place.number) return bad(first, "unexpected");
  if (anchor?.number === place.number && anchor.hash !== place.hash) return bad(anchor.number, "rolled_back");

  /** Whether the rows behind `place` and before `number` are gone because they were pruned meanwhile. */
  const wasPruned = async (number: number) => {
    const newer = await readMark(db, "checkpoint");
    if (!newer || newer.number < number - 1 || newer.number <= place.number) return false;
    if (checkMark(verifier, newer) !== "valid") return false;
    place = newer;
    return true;
  };

  for await (const rows of readPages(db, { after: place.number, last: head?.number ?? last, pageSize: 500 })) {
    for (const row of rows) {
      checked += 1;
      // a signature takes a tenth of a millisecond
      if (checked % rowsPerTurn === 0) await setImmediate();
      let flaw = checkRow(verifier, place, row);
      if (flaw === "missing" && (await wasPruned(row.number))) flaw = checkRow(verifier, place, row);
      if (flaw) return bad(flaw === "missing" ? place.number + 1 : row.number, flaw);
      if (anchor?.number === row.number && anchor.hash !== row.hash) return bad(row.number, "rolled_back");
      place = row;
    }
    onProgress?.({ checked, total: (head?.number ?? last) - (checkpoint?.number ?? 0) });
  }

  if (head === undefined || checkMark(verifier, head) !== "valid") return bad(place.number, "head");
  if (place.number < head.number && !(await wasPruned(head.number + 1))) return bad(place.number + 1, "truncated");
  if (place.number === head.number && place.hash !== head.hash) return bad(head.number, "head");
  if (last > head.number) return bad(head.number + 1, "unexpected");
  if (anchor && anchor.number > head.number) return bad(head.number + 1, "rolled_back");
  return { ok: true, checked, head: { number: head.number, hash: head.hash } };
}

interface Ends {
  readonly head: AuditMark | undefined;
  readonly checkpoint: AuditMark | undefined;
  /** Number of the oldest row, if there is any. */
  readonly first: number | undefined;
  /** Number of the newest. */
  readonly last: number | undefined;
}

/** All as of one moment. */
function readEnds(db: Kysely<StoreSchema>): Promise<Ends> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      const { first, last } = await trx
        .selectFrom("bookend_audit")
        .select(({ fn }) => [fn.min("number").as("first"), fn.max("number").as("last")])
        .$castTo<{ first: number | null; last: number | null }>()
        .executeTakeFirstOrThrow();
      return {
        head: await readMark(trx, "head"),
        checkpoint: await readMark(trx, "checkpoint"),
        first: first ?? undefined,
        last: last ?? undefined,
      };
    });
}
