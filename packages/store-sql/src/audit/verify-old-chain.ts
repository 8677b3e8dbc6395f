import { type AuditPlace, chainStart, checkMark, checkOldRow } from "./audit-chain.js";
import { readMark } from "./audit-marks.js";
import { readPages } from "./read-pages.js";
import type { AuditFinding, AuditFlaw, Verification } from "./verification.js";

/** Finds the first flaw among the rows that were written before each process had a separate chain. */
export async function verifyOldChain(verification: Verification): Promise<AuditFinding | undefined> {
  const { db, verifier, snapshot } = verification;
  const { head, checkpoint } = snapshot.marks;
  const { first, last = 0 } = snapshot.old;
  const anchor = verification.anchor && "number" in verification.anchor ? verification.anchor : undefined;
  const bad = (number: number, reason: AuditFlaw): AuditFinding => ({ writer: 0, number, reason });
  if (head === undefined && checkpoint === undefined && first === undefined) {
    return anchor && anchor.number > 0 ? bad(1, "rolled_back") : undefined;
  }
  let place: AuditPlace = checkpoint ?? chainStart;
  const cut = checkpoint && checkMark(verifier, checkpoint);
  if (cut === "unknown") return bad(first ?? place.number + 1, "unknown_key");
  if (cut === "invalid") return bad(place.number, "cut");
  if (first !== undefined && first <= place.number) return bad(first, "unexpected");
  if (anchor?.number === place.number && anchor.hash !== place.hash) return bad(anchor.number, "rolled_back");

  /** Up to this place, rows were pruned after their page was read, and verified by the process that pruned them. */
  let prunedTo = 0;
  /** Whether the rows after `place` and before `number` are missing because they were pruned during verification. */
  const wasPruned = async (number: number) => {
    const newer = await readMark(db, "checkpoint");
    if (!newer || newer.number < number - 1 || newer.number <= place.number) return false;
    if (checkMark(verifier, newer) !== "valid") return false;
    place = newer;
    prunedTo = place.number;
    return true;
  };

  const range = { writer: 0, after: place.number, last: head?.number ?? last, pageSize: 500 };
  for await (const rows of readPages(db, range)) {
    for (const row of rows) {
      await verification.step();
      if (row.number <= prunedTo) continue;
      let flaw = checkOldRow(verifier, place, row);
      if (flaw === "missing" && (await wasPruned(row.number))) {
        if (row.number <= prunedTo) continue;
        flaw = checkOldRow(verifier, place, row);
      }
      if (flaw) return bad(flaw === "missing" ? place.number + 1 : row.number, flaw);
      if (anchor?.number === row.number && anchor.hash !== row.hash) return bad(row.number, "rolled_back");
      place = row;
    }
    verification.page();
  }

  const signed = head === undefined ? "invalid" : checkMark(verifier, head);
  if (signed === "unknown") return bad(first ?? place.number + 1, "unknown_key");
  if (head === undefined || signed === "invalid") return bad(place.number, "head");
  if (place.number < head.number && !(await wasPruned(head.number + 1))) return bad(place.number + 1, "truncated");
  if (place.number === head.number && place.hash !== head.hash) return bad(head.number, "head");
  if (last > head.number) return bad(head.number + 1, "unexpected");
  if (anchor && anchor.number > head.number) return bad(head.number + 1, "rolled_back");
  return undefined;
}
