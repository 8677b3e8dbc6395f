import type { Selectable } from "kysely";
import type { AuditChainTable } from "../store-schema.js";
import { type AuditPlace, batchStatement, hashOf } from "./audit-chain.js";
import { type AuditSigner, writerVerifier } from "./audit-keys.js";
import type { AuditVerifier, SignatureState } from "./audit-verifier.js";

/** The record of a chain. */
export type AuditChain = Selectable<AuditChainTable>;

/** Columns that determine who may write a chain. */
type Opening = Pick<AuditChain, "writer" | "public_key" | "start_checkpoint" | "start_hash">;

/** Returns the columns that certify the key of a process, signed with the key of the installation. */
export function certify(signer: AuditSigner, opening: Opening): Pick<AuditChain, "key_id" | "certificate"> {
  return { key_id: signer.keyId, certificate: signer.sign(openingStatement(opening)) };
}

/** Returns the place before the first row of a chain. */
export function openingPlace(opening: Opening): AuditPlace {
  return { number: 0, hash: hashOf(openingStatement(opening)) };
}

/**
 * Returns a verifier with the key of a chain if the installation certified that key; otherwise, the state of the
 * certificate.
 */
export function chainVerifier(verifier: AuditVerifier, chain: AuditChain): AuditVerifier | "invalid" | "unknown" {
  const state = verifier.verify(chain.key_id, openingStatement(chain), chain.certificate);
  if (state !== "valid") return state;
  return writerVerifier(chain.public_key) ?? "invalid";
}

/** Returns the place of the newest row of a chain. */
export function headPlace({ place, hash }: AuditChain): AuditPlace {
  return { number: place, hash };
}

/** Returns whether the writer signed the newest row. */
export function headIsSigned(writer: AuditVerifier, chain: AuditChain): boolean {
  return (
    writer.verify(writer.keyIds[0] ?? "", batchStatement(chain.writer, headPlace(chain)), chain.signature) === "valid"
  );
}

/** Returns the columns that end a chain, signed by its writer, or by the installation if the writer no longer runs. */
export function sealEnd(
  signer: AuditSigner,
  writer: number,
  place: AuditPlace,
): Pick<AuditChain, "closed" | "end_key_id" | "end_signature"> {
  return { closed: 1, end_key_id: signer.keyId, end_signature: signer.sign(placeStatement("end", writer, place)) };
}

/** Returns whether a chain is open, or its end is signed by its writer or by the installation. */
export function endIsSigned(verifier: AuditVerifier, writer: AuditVerifier, chain: AuditChain): boolean {
  const { closed, end_key_id, end_signature } = chain;
  if (closed === 0) return end_key_id === null && end_signature === null;
  const statement = placeStatement("end", chain.writer, headPlace(chain));
  return [writer, verifier].some((one) => one.verify(end_key_id ?? "", statement, end_signature ?? "") === "valid");
}

/** Returns the columns that record the newest pruned row of a chain, with a signature. */
export function sealCut(
  signer: AuditSigner,
  writer: number,
  place: AuditPlace,
): Pick<AuditChain, "cut_place" | "cut_hash" | "cut_key_id" | "cut_signature"> {
  return {
    cut_place: place.number,
    cut_hash: place.hash,
    cut_key_id: signer.keyId,
    cut_signature: signer.sign(placeStatement("cut", writer, place)),
  };
}

/** Returns the place before the first row that is kept, or the state of its signature if that is not valid. */
export function cutPlace(verifier: AuditVerifier, chain: AuditChain): AuditPlace | Exclude<SignatureState, "valid"> {
  const { cut_place, cut_hash, cut_key_id, cut_signature } = chain;
  const cut = [cut_place, cut_hash, cut_key_id, cut_signature];
  if (cut.every((part) => part === null)) return openingPlace(chain);
  if (cut_place === null || cut_hash === null) return "invalid";
  const place = { number: cut_place, hash: cut_hash };
  const state = verifier.verify(cut_key_id ?? "", placeStatement("cut", chain.writer, place), cut_signature ?? "");
  return state === "valid" ? place : state;
}

function openingStatement({ writer, public_key, start_checkpoint, start_hash }: Opening): string {
  return JSON.stringify(["bookend audit chain 1", writer, public_key, start_checkpoint, start_hash]);
}

function placeStatement(what: "end" | "cut", writer: number, { number, hash }: AuditPlace): string {
  return JSON.stringify([`bookend audit ${what} 1`, writer, number, hash]);
}
