import { type AuditPlace, chainStart, checkMark } from "./audit-chain.js";
import { readMark } from "./audit-marks.js";
import { findRowFlaw } from "./find-row-flaw.js";
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
  const start: AuditPlace = checkpoint ?? chainStart;
  const cut = checkpoint && checkMark(verifier, checkpoint);
  if (cut === "unknown") return bad(first ?? start.number + 1, "unknown_key");
  if (cut === "invalid") return bad(start.number, "cut");
  if (first !== undefined && first <= start.number) return bad(first, "unexpected");
  if (anchor?.number === start.number && anchor.hash !== start.hash) return bad(anchor.number, "rolled_back");

  /**
   * Returns where the chain begins, if the rows after `place` and before `number` are gone because they have been
   * pruned during verification.
   */
  const wasPruned = async (number: number, place: AuditPlace): Promise<AuditPlace | undefined> => {
    const newer = await readMark(db, "checkpoint");
    if (!newer || newer.number < number - 1 || newer.number <= place.number) return undefined;
    return checkMark(verifier, newer) === "valid" ? newer : undefined;
  };

  const range = { writer: 0, from: start, last: head?.number ?? last, anchor };
  const found = await findRowFlaw(verification, verifier, range, wasPruned);
  if (found.flaw) return bad(found.flaw.number, found.flaw.reason);
  const { place } = found;
  const signed = head === undefined ? "invalid" : checkMark(verifier, head);
  if (signed === "unknown") return bad(first ?? place.number + 1, "unknown_key");
  if (head === undefined || signed === "invalid") return bad(place.number, "head");
  if (place.number < head.number && !(await wasPruned(head.number + 1, place)))
    return bad(place.number + 1, "truncated");
  if (place.number === head.number && place.hash !== head.hash) return bad(head.number, "head");
  if (last > head.number) return bad(head.number + 1, "unexpected");
  if (anchor && anchor.number > head.number) return bad(head.number + 1, "rolled_back");
  return undefined;
}
