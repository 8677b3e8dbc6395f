import type { AuditPlace } from "./audit-chain.js";
import type { AuditVerifier } from "./audit-verifier.js";
import type { RowRange } from "./scan-rows.js";
import type { AuditFlaw, Verification } from "./verification.js";

/** The end of the rows of a chain, or their first flaw. */
export interface CheckedRows {
  /** The last row that was checked, or that was pruned in the meantime. */
  readonly place: AuditPlace;
  readonly flaw?: { readonly number: number; readonly reason: AuditFlaw } | undefined;
}

/**
 * Checks the rows of a chain, some of which may be pruned in the meantime.
 *
 * @param wasPruned Returns where the chain begins now, if the rows between a place and a number are missing because
 * they were pruned, and thus verified. Otherwise undefined.
 */
export async function findRowFlaw(
  verification: Verification,
  key: AuditVerifier,
  range: RowRange,
  wasPruned: (number: number, place: AuditPlace) => Promise<AuditPlace | undefined>,
): Promise<CheckedRows> {
  let place = range.from;
  for (;;) {
    const { rows, flaw, named, ...scanned } = await verification.scanner.scan(key, { ...range, from: place });
    verification.checked += rows;
    verification.named = Math.max(verification.named, named);
    place = scanned.place;
    if (flaw === undefined) {
      if (rows === 0 || place.number >= range.last) return { place };
      continue;
    }
    const cut = flaw.reason === "missing" ? await wasPruned(flaw.number, place) : undefined;
    if (cut !== undefined) {
      place = cut;
      continue;
    }
    // counts the row with the flaw, or the row that was found in the place of another
    verification.checked += 1;
    return { place, flaw: { ...flaw, number: flaw.reason === "missing" ? place.number + 1 : flaw.number } };
  }
}
