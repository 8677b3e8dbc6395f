import { createPublicKey } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { StoreError, type StoreErrorCode } from "../errors.js";
import { readsOf } from "../reads-of.js";
import type { AuditRow } from "./audit-row.js";
import { type AuditVerifier, auditVerifier } from "./audit-verifier.js";
import { type PageReader, type PageStatements, readPages } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";
import { type RowRange, type ScannedRows, scanRows } from "./scan-rows.js";
import { linePage } from "./sealed-line.js";

/** A request to a thread. */
export interface ScanOrder {
  readonly id: number;
  /** In PEM. */
  readonly publicKeys: readonly string[];
  readonly statements: PageStatements;
  readonly range: RowRange;
}

/** A response of a thread: one for each page, with the number of its rows, then one with the result or the error. */
export type ScanAnswer = { readonly id: number } & (
  | { readonly page: number }
  | { readonly scanned: ScannedRows }
  | { readonly failed: { readonly message: string; readonly code: StoreErrorCode | undefined } }
);

/** The data with which a thread starts. */
export interface ScanningThreadData {
  readonly url: string;
}

const port = parentPort;
if (port === null) throw new Error("This module can only run as a separate thread.");
const { rows, lines } = readsOf((workerData as ScanningThreadData).url);
const reader: PageReader = {
  quick: lines
    ? async (text, parameters) => linePage(await lines(text, parameters))
    : async (text, parameters) => (await rows(text, parameters)) as SealedRow[],
  exact: async (text, parameters) => (await rows(text, parameters)) as AuditRow[],
};

let latest: { readonly keys: string; readonly verifier: AuditVerifier } | undefined;

/**
 * Returns a verifier with these keys. The latest verifier is kept, since many ranges of the same chain usually follow
 * one another.
 */
function verifierFor(publicKeys: readonly string[]): AuditVerifier {
  const keys = publicKeys.join();
  if (latest?.keys !== keys) latest = { keys, verifier: auditVerifier(publicKeys.map((key) => createPublicKey(key))) };
  return latest.verifier;
}

async function scan({ id, publicKeys, statements, range }: ScanOrder): Promise<ScanAnswer> {
  try {
    const pages = readPages(reader, statements, { writer: range.writer, after: range.from.number, last: range.last });
    const page = (rows: number) => port?.postMessage({ id, page: rows } satisfies ScanAnswer);
    return { id, scanned: await scanRows(pages, verifierFor(publicKeys), range, { page }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, failed: { message, code: error instanceof StoreError ? error.code : undefined } };
  }
}

port.on("message", (order: ScanOrder) => {
  void scan(order).then((answer) => port.postMessage(answer));
});
