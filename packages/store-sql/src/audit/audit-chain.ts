import { hash as digest } from "node:crypto";
import type { Selectable } from "kysely";
import type { AuditMarkTable } from "../store-schema.js";
import type { AuditSigner } from "./audit-keys.js";
import { type AuditFields, type AuditRow, currentFormat, isKnownFormat, rowOf } from "./audit-row.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type RowContent, rowContent, type SealedRow, withoutActor } from "./row-content.js";

/** A place in a chain: the number of a row within the chain, and the hash of that row. */
export interface AuditPlace {
  readonly number: number;
  readonly hash: string;
}

/** The place before the first row of writer 0, and before the first checkpoint. */
export const chainStart: AuditPlace = { number: 0, hash: "" };

/** A flaw of a row. See {@link AuditFlaw}. */
export type RowFlaw = "missing" | "changed" | "forged" | "unknown_key" | "unknown_format";

/** A signed place. See {@link AuditMarkTable}. */
export type AuditMark = Selectable<AuditMarkTable>;

/** An entry with its number. */
export interface NumberedEntry {
  readonly number: number;
  readonly fields: AuditFields;
}

/**
 * Turns entries into the next rows of a chain, the last of which is signed. `checkpoint` is the number of the newest
 * checkpoint that the writer knows.
 */
export function sealBatch(
  { writer, signer, place }: { readonly writer: number; readonly signer: AuditSigner; readonly place: AuditPlace },
  entries: readonly NumberedEntry[],
  checkpoint: number,
): readonly AuditRow[] {
  let previous = place;
  return entries.map(({ number, fields }, index) => {
    const isLast = index === entries.length - 1;
    const row = rowOf(fields, {
      number,
      writer,
      place: previous.number + 1,
      checkpoint: isLast ? checkpoint : null,
      format: currentFormat,
      hash: "",
      key_id: isLast ? signer.keyId : "",
      signature: "",
    });
    row.hash = rowHash(previous.hash, row, rowContent(row));
    previous = { number: previous.number + 1, hash: row.hash };
    if (isLast) row.signature = signer.sign(batchStatement(writer, previous));
    return row;
  });
}

/**
 * Returns the problem with a row that should follow `previous` in the chain of a writer; undefined if there is none.
 * `verifier` has the writer's key.
 */
export function checkRow(
  writer: number,
  verifier: AuditVerifier,
  previous: AuditPlace,
  row: SealedRow,
): RowFlaw | undefined {
  if (row.place !== previous.number + 1) return "missing";
  if (row.format !== currentFormat) return isKnownFormat(row.format) ? "changed" : "unknown_format";
  if (row.writer !== writer) return "changed";
  if (rowHash(previous.hash, row, row) !== row.hash) return "changed";
  // the hash covers whether the row is signed
  if (row.checkpoint === null) return row.key_id === "" && row.signature === "" ? undefined : "changed";
  const signature = verifier.verify(
    row.key_id,
    batchStatement(writer, { number: row.place, hash: row.hash }),
    row.signature,
  );
  if (signature === "valid") return undefined;
  return signature === "unknown" ? "unknown_key" : "forged";
}

/** Returns the problem with a row of writer 0 that should follow `previous`; undefined if there is none. */
export function checkOldRow(verifier: AuditVerifier, previous: AuditPlace, row: SealedRow): RowFlaw | undefined {
  if (row.number !== previous.number + 1) return "missing";
  if (!isKnownFormat(row.format)) return "unknown_format";
  // columns that the hash does not cover must be empty
  if (row.format === currentFormat || row.place !== null || row.checkpoint !== null) return "changed";
  if (row.format === 1 && row.tail !== withoutActor) return "changed";
  if (rowHash(previous.hash, row, row) !== row.hash) return "changed";
  const signature = verifier.verify(row.key_id, oldRowStatement(row.hash), row.signature);
  if (signature === "valid") return undefined;
  return signature === "unknown" ? "unknown_key" : "forged";
}

/** Returns a signed mark of a place. */
export function sealMark(signer: AuditSigner, kind: AuditMark["kind"], place: AuditPlace): AuditMark {
  const { number, hash } = place;
  return { kind, number, hash, key_id: signer.keyId, signature: signer.sign(markStatement({ kind, number, hash })) };
}

/** Returns whether the signature of a mark is valid; `unknown` if the verifier does not have the key. */
export function checkMark(verifier: AuditVerifier, mark: AuditMark): "valid" | "invalid" | "unknown" {
  return verifier.verify(mark.key_id, markStatement(mark), mark.signature);
}

/** Returns the SHA-256 of a string, in base64. */
export function hashOf(text: string): string {
  return digest("sha256", text, "base64");
}

type HashedPlace = Pick<AuditRow, "format" | "writer" | "place" | "checkpoint">;

function rowHash(
  previousHash: string,
  { format, writer, place, checkpoint }: HashedPlace,
  { head, duration, tail }: RowContent,
): string {
  const previous = JSON.stringify(previousHash);
  const content = `${head},${JSON.stringify(duration)}`;
  if (format === 1) return hashOf(`[${previous},${content}]`);
  // the number of the format comes first, so that contents of two formats always differ
  if (format === 2) return hashOf(`[2,${previous},${content},${tail}]`);
  return hashOf(
    `[${JSON.stringify(format)},${previous},${JSON.stringify(writer)},${JSON.stringify(place)},${JSON.stringify(checkpoint)},${content},${tail}]`,
  );
}

// each statement begins with its kind, so that its signature is never valid for a statement of another kind
function oldRowStatement(hash: string): string {
  return JSON.stringify(["bookend audit row 1", hash]);
}

/** Returns the string that the writer of a chain signs with each batch: it names the place of the last row. */
export function batchStatement(writer: number, { number, hash }: AuditPlace): string {
  return JSON.stringify(["bookend audit batch 1", writer, number, hash]);
}

function markStatement({ kind, number, hash }: Pick<AuditMark, "kind" | "number" | "hash">): string {
  return JSON.stringify([`bookend audit ${kind} 1`, number, hash]);
}
