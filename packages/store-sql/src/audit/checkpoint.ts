import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { AuditCheckpointTable } from "../store-schema.js";
import { type AuditPlace, hashOf } from "./audit-chain.js";
import type { AuditSigner } from "./audit-keys.js";
import type { AuditVerifier, SignatureState } from "./audit-verifier.js";

/** A checkpoint as stored. */
export type CheckpointRow = Selectable<AuditCheckpointTable>;

/** The state of a chain: its writer, the number and the hash of its newest row, and 1 if the chain had ended. */
export type Leaf = readonly [writer: number, place: number, hash: string, closed: 0 | 1];

/** Creates a checkpoint that follows `previous`. Leaves are sorted by writer. */
export function sealCheckpoint(
  signer: AuditSigner,
  previous: AuditPlace,
  madeAt: number,
  leaves: readonly Leaf[],
): CheckpointRow {
  const content = {
    number: previous.number + 1,
    made_at: madeAt,
    root: merkleRoot(leaves),
    previous: previous.hash,
  };
  const statement = checkpointStatement(content);
  return {
    ...content,
    leaves: JSON.stringify(leaves),
    hash: hashOf(statement),
    key_id: signer.keyId,
    signature: signer.sign(statement),
  };
}

/** Returns the leaves of a checkpoint; undefined if they do not match its hash. */
export function checkpointLeaves(row: CheckpointRow): readonly Leaf[] | undefined {
  if (hashOf(checkpointStatement(row)) !== row.hash) return undefined;
  const leaves = parseLeaves(row.leaves);
  return leaves && merkleRoot(leaves) === row.root ? leaves : undefined;
}

/** Returns whether the signature of a checkpoint is valid; `unknown` if the verifier does not have the key. */
export function checkCheckpoint(verifier: AuditVerifier, row: CheckpointRow): SignatureState {
  return verifier.verify(row.key_id, checkpointStatement(row), row.signature);
}

/** Returns the root according to RFC 6962, section 2.1, of the leaves' JSON, in base64. */
export function merkleRoot(leaves: readonly Leaf[]): string {
  return treeHash(
    leaves.map((leaf) => sha256(Buffer.concat([leafPrefix, Buffer.from(JSON.stringify(leaf))]))),
  ).toString("base64");
}

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

function treeHash(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return sha256(Buffer.alloc(0));
  if (hashes.length === 1) return first;
  const half = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(Buffer.concat([nodePrefix, treeHash(hashes.slice(0, half)), treeHash(hashes.slice(half))]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function checkpointStatement({
  number,
  made_at,
  root,
  previous,
}: Pick<CheckpointRow, "number" | "made_at" | "root" | "previous">): string {
  return JSON.stringify(["bookend audit checkpoint 2", number, made_at, root, previous]);
}

function parseLeaves(text: string): readonly Leaf[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(value) && value.every(isLeaf) ? value : undefined;
}

function isLeaf(value: unknown): value is Leaf {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [writer, place, hash, closed] = value;
  return (
    Number.isSafeInteger(writer) &&
    Number.isSafeInteger(place) &&
    typeof hash === "string" &&
    (closed === 0 || closed === 1)
  );
}
