import { type AuditPlace, checkMark } from "./audit-chain.js";
import { readMark } from "./audit-marks.js";
import { chainVerifier, cutPlace, endIsSigned, headIsSigned, headPlace } from "./chain-record.js";
import { findRowFlaw } from "./find-row-flaw.js";
import type { AuditFinding, AuditFlaw, ChainEnds, Verification } from "./verification.js";

/** Finds the first flaw of a chain. */
export async function verifyChain(verification: Verification, chain: ChainEnds): Promise<AuditFinding | undefined> {
  const { db, verifier } = verification;
  const { writer } = chain;
  const bad = (number: number, reason: AuditFlaw): AuditFinding => ({ writer, number, reason });
  const key = chainVerifier(verifier, chain);
  if (key === "unknown") return bad(chain.first ?? 1, "unknown_key");
  if (key === "invalid") return bad(chain.place, "head");
  const start = cutPlace(verifier, chain);
  if (typeof start === "string") return bad(chain.cut_place ?? 0, "cut");
  if (chain.first !== null && chain.first <= start.number) return bad(chain.first, "unexpected");
  if (chain.adrift > 0) return bad(0, "unexpected");
  const head = headPlace(chain);

  /**
   * Returns where the chain begins, if the rows after `place` and before `number` are gone because they have been
   * pruned during verification.
   */
  const wasPruned = async (number: number, place: AuditPlace): Promise<AuditPlace | undefined> => {
    const newer = await db
      .selectFrom("bookend_audit_chain")
      .selectAll()
      .where("writer", "=", writer)
      .executeTakeFirst();
    if (newer === undefined) {
      // the record of an ended chain is removed together with the last checkpoint that names it
      const base = await readMark(db, "base");
      if (!base || chain.settled === null || base.number <= chain.settled) return undefined;
      return checkMark(verifier, base) === "valid" ? head : undefined;
    }
    const cut = cutPlace(verifier, newer);
    if (typeof cut === "string" || cut.number < number - 1 || cut.number <= place.number) return undefined;
    return cut;
  };

  const found = await findRowFlaw(verification, key, { writer, from: start, last: head.number }, wasPruned);
  if (found.flaw) return bad(found.flaw.number, found.flaw.reason);
  const { place } = found;
  if (!headIsSigned(key, chain) || !endIsSigned(verifier, key, chain)) return bad(place.number, "head");
  if (place.number < head.number && !(await wasPruned(head.number + 1, place)))
    return bad(place.number + 1, "truncated");
  if (place.number === head.number && place.hash !== head.hash) return bad(head.number, "head");
  if (chain.last !== null && chain.last > head.number) return bad(head.number + 1, "unexpected");
  return undefined;
}
