import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { AuditMarkTable } from "../store-schema.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";
import { type AuditFields, type AuditRow, auditColumns } from "./audit-row.js";

/** A place in the chain: the number of a row, and its hash. */
export interface AuditPlace {
  readonly number: number;
  readonly hash: string;
}

/** Before the first row. */
export const chainStart: AuditPlace = { number: 0, hash: "" };

/** What was found at a row. See {@link AuditFinding}. */
export type RowFlaw = "missing" | "changed" | "forged" | "unknown_key";

/** A signed place: `head` or `checkpoint`. */
export type AuditMark = Selectable<AuditMarkTable>;

/** Makes an entry the next row of the chain. */
export function sealRow(signer: AuditSigner, previous: AuditPlace, fields: AuditFields): AuditRow {
  const number = previous.number + 1;
  const hash = rowHash(previous.hash, { ...fields, number });
  return { ...fields, number, hash, key_id: signer.keyId, signature: signer.sign(rowStatement(hash)) };
}

/** What is wrong with a row that should follow `previous`, if anything is. */
export function checkRow(verifier: AuditVerifier, previous: AuditPlace, row: AuditRow): RowFlaw | undefined {
  if (row.number !== previous.number + 1) return "missing";
  if (rowHash(previous.hash, row) !== row.hash) return "changed";
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

function rowHash(previousHash: string, row: AuditFields & { readonly number: number }): string {
  const content = JSON.stringify([previousHash, ...auditColumns.map((column) => row[column])]);
  return createHash("sha256").update(content).digest("base64");
}

// what is signed begins with what it is, so that one signature never stands for another statement
function rowStatement(hash: string): string {
  return JSON.stringify(["bookend audit row 1", hash]);
}

function markStatement({ kind, number, hash }: Pick<AuditMark, "kind" | "number" | "hash">): string {
  return JSON.stringify([`bookend audit ${kind} 1`, number, hash]);
}
