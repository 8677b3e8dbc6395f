import { type AuditPlace, checkOldRow, checkRow, type RowFlaw } from "./audit-chain.js";
import type { AuditVerifier } from "./audit-verifier.js";
import type { RowPage } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";

/** The rows of a chain after one place, up to another. */
export interface RowRange {
  readonly writer: number;
  readonly from: AuditPlace;
  /** The number of the last row. */
  readonly last: number;
  /** A place that the chain must contain if it is in the range. Only for writer 0. */
  readonly anchor?: AuditPlace | undefined;
}

/** The result of a scan. */
export interface ScannedRows {
  /** The number of rows before the first flaw, or of all rows. */
  readonly rows: number;
  /** The last of these rows, or the place before the range if there are none. */
  readonly place: AuditPlace;
  /** The number of the newest checkpoint that these rows name, or 0. */
  readonly named: number;
  /** The first flaw; at `missing`, the number of the row that was found instead. */
  readonly flaw?: { readonly number: number; readonly reason: RowFlaw | "unexpected" | "rolled_back" } | undefined;
}

/** Functions that a scan calls between rows. */
export interface ScanSteps {
  /** Called before each row. If it returns a promise, the scan waits for it. */
  readonly row?: (() => Promise<void> | undefined) | undefined;
  /** Called after each page, with the number of its rows. */
  readonly page: (rows: number) => void;
}

/** Checks rows in order, up to the first flaw. `verifier` has the writer's key, or for writer 0, the installation's. */
export async function scanRows(
  pages: AsyncIterable<RowPage>,
  verifier: AuditVerifier,
  { writer, from, anchor }: RowRange,
  steps: ScanSteps,
): Promise<ScannedRows> {
  let place = from;
  let rows = 0;
  let named = 0;
  const check = (row: SealedRow, number: number) => {
    if (writer === 0) return checkOldRow(verifier, place, row);
    return number <= place.number ? "unexpected" : checkRow(writer, verifier, place, row);
  };
  for await (const page of pages) {
    for (let index = 0; index < page.length; index++) {
      const row = page.at(index) as SealedRow;
      const turn = steps.row?.();
      if (turn !== undefined) await turn;
      const number = (writer === 0 ? row.number : row.place) ?? 0;
      let reason: NonNullable<ScannedRows["flaw"]>["reason"] | undefined = check(row, number);
      if (anchor?.number === number && anchor.hash !== row.hash) reason ??= "rolled_back";
      if (reason !== undefined) return { rows, place, named, flaw: { number, reason } };
      if (row.checkpoint !== null && row.checkpoint > named) named = row.checkpoint;
      place = { number, hash: row.hash };
      rows += 1;
    }
    steps.page(page.length);
  }
  return { rows, place, named };
}
