import { type AuditPlace, checkMark, checkRow } from "./audit-chain.js";
import { readMark } from "./audit-marks.js";
import { chainVerifier, cutPlace, endIsSigned, headIsSigned, headPlace } from "./chain-record.js";
import { readPages } from "./read-pages.js";
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
  let place: AuditPlace = start;
  /** Up to this place, rows were pruned after their page was read, and verified by the process that pruned them. */
  let prunedTo = 0;
  if (chain.first !== null && chain.first <= place.number) return bad(chain.first, "unexpected");
  if (chain.adrift > 0) return bad(0, "unexpected");
  const head = headPlace(chain);

  /** Whether the rows after `place` and before `number` are missing because they were pruned during verification. */
  const wasPruned = async (number: number) => {
    const newer = await db
      .selectFrom("bookend_audit_chain")
      .selectAll()
      .where("writer", "=", writer)
      .executeTakeFirst();
    if (newer === undefined) {
      // the record of an ended chain is removed together with the last checkpoint that names it
      const base = await readMark(db, "base");
      if (!base || chain.settled === null || base.number <= chain.settled) return false;
      if (checkMark(verifier, base) !== "valid") return false;
      place = head;
      prunedTo = place.number;
      return true;
    }
    const cut = cutPlace(verifier, newer);
    if (typeof cut === "string") return false;
    if (cut.number < number - 1 || cut.number <= place.number) return false;
    place = cut;
    prunedTo = place.number;
    return true;
  };

  for await (const rows of readPages(db, { writer, after: place.number, last: head.number, pageSize: 500 })) {
    for (const row of rows) {
      await verification.step();
      const number = row.place ?? 0;
      if (number <= prunedTo) continue;
      if (number <= place.number) return bad(number, "unexpected");
      let flaw = checkRow(writer, key, place, row);
      if (flaw === "missing" && (await wasPruned(number))) {
        if (number <= prunedTo) continue;
        flaw = checkRow(writer, key, place, row);
      }
      if (flaw) return bad(flaw === "missing" ? place.number + 1 : number, flaw);
      verification.named = Math.max(verification.named, row.checkpoint ?? 0);
      place = { number, hash: row.hash };
    }
    verification.page();
  }

  if (!headIsSigned(key, chain) || !endIsSigned(verifier, key, chain)) return bad(place.number, "head");
  if (place.number < head.number && !(await wasPruned(head.number + 1))) return bad(place.number + 1, "truncated");
  if (place.number === head.number && place.hash !== head.hash) return bad(head.number, "head");
  if (chain.last !== null && chain.last > head.number) return bad(head.number + 1, "unexpected");
  return undefined;
}
