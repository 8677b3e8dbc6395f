import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { AuditMarkTable } from "../store-schema.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";
import { type AuditColumn, type AuditFields, type AuditRow, currentFormat, formatColumns } from "./audit-row.js";

/** A place in the chain: the number of a row, and its hash. */
export interface AuditPlace {
  readonly number: number;
  readonly hash: string;
}

/** Before the first row. */
export const chainStart: AuditPlace = { number: 0, hash: "" };

/** What was found at a row. See {@link AuditFinding}. */
export type RowFlaw = "missing" | "changed" | "forged" | "unknown_key" | "unknown_format";

/** A signed place: `head` or `checkpoint`. */
export type AuditMark = Selectable<AuditMarkTable>;

/** Makes an entry the next row of the chain. */
export function sealRow(signer: AuditSigner, previous: AuditPlace, fields: AuditFields): AuditRow {
  const content = { ...fields, number: previous.number + 1, format: currentFormat };
  const hash = rowHash(previous.hash, content, formatColumns(currentFormat)?.hashed ?? []);
  return { ...content, hash, key_id: signer.keyId, signature: signer.sign(rowStatement(hash)) };
}

/** What is wrong with a row that should follow `previous`, if anything is. */
export function checkRow(verifier: AuditVerifier, previous: AuditPlace, row: AuditRow): RowFlaw | undefined {
  if (row.number !== previous.number + 1) return "missing";
  const columns = formatColumns(row.format);
  if (columns === undefined) return "unknown_format";
  // what the hash does not cover must not say anything
  if (columns.empty.some((column) => row[column] !== null)) return "changed";
  if (rowHash(previous.hash, row, columns.hashed) !== row.hash) return "changed";
  const signature = verifier.verify(row.key_id, rowStatement(row.hash), row.signature);
  if (signature === "valid") return undefined;
  return signature === "unknown" ? "unknown_key" : "forged";
}

/** Signs a place. */
export function sealMark(signer: AuditSigner, kind: AuditMark["kind"], place: AuditPlace): AuditMark {
  const { number, hash } = place;
  return { kind, number, hash, key_id: signer.keyId, signature: signer.sign(markStatement({ kind, number, hash })) };
}

/** Whether a place was signed by one of the keys. */
export function checkMark(verifier: AuditVerifier, mark: AuditMark): "valid" | "invalid" | "unknown" {
  return verifier.verify(mark.key_id, markStatement(mark), mark.signature);
}

function rowHash(
  previousHash: string,
  row: Pick<AuditRow, AuditColumn | "format">,
  columns: readonly AuditColumn[],
): string {
  const values = columns.map((column) => row[column]);
  // format 1 began with the hash, which is a string; a number in front makes contents of two formats differ always
  const content = JSON.stringify(row.format === 1 ? [previousHash, ...values] : [row.format, previousHash, ...values]);
  return createHash("sha256").update(content).digest("base64");
}

// what is signed begins with what it is, so that one signature never stands for another statement
function rowStatement(hash: string): string {
  return JSON.stringify(["bookend audit row 1", hash]);
}

function markStatement({ kind, number, hash }: Pick<AuditMark, "kind" | "number" | "hash">): string {
  return JSON.stringify([`bookend audit ${kind} 1`, number, hash]);
}
