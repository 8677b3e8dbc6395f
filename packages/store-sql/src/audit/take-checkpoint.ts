import { sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { type AuditPlace, sealMark } from "./audit-chain.js";
import type { AuditSigner } from "./audit-keys.js";
import { writeMark } from "./audit-marks.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type AuditChain, sealEnd } from "./chain-record.js";
import { checkLog } from "./check-log.js";
import { type Leaf, sealCheckpoint } from "./checkpoint.js";

/** How a checkpoint is taken. */
export interface CheckpointOptions {
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
  /**
   * A checkpoint that was seen before. If the newest checkpoint of the log is older, or has the same number and another
   * hash, the log counts as tampered with, and no checkpoint is taken.
   */
  readonly seen?: AuditPlace | undefined;
  /**
   * No checkpoint is taken if the newest is younger than this, fewer rows were written since, and none of them began a
   * chain.
   */
  readonly unless?: { readonly youngerThanMs: number; readonly fewerThan: number } | undefined;
}

/** The newest checkpoint. */
export interface CheckpointTaken {
  readonly place: AuditPlace;
  /** Whether the checkpoint covers all rows that existed when it was requested. */
  readonly isComplete: boolean;
}

/**
 * Signs the places of all chains, unless nothing was written since the newest checkpoint, and closes chains whose
 * writers no longer run. Only one process at a time does so.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 */
export function takeCheckpoint(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  options: CheckpointOptions,
): Promise<CheckpointTaken> {
  return transact(database.db, (trx) => checkpointWithin(database, trx, signer, verifier, options));
}

/**
 * Like `takeCheckpoint`, but within a given transaction.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 */
export async function checkpointWithin(
  database: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  { now, seen, unless }: CheckpointOptions,
): Promise<CheckpointTaken> {
  await lockCheckpoints(database, trx);
  const { oldHead, chains, newest } = await checkLog(trx, verifier);
  const time = now();
  if (
    seen &&
    (newest.place.number < seen.number || (newest.place.number === seen.number && newest.place.hash !== seen.hash))
  ) {
    throw new StoreError("AUDIT_TAMPERED", `The checkpoint ${seen.number} of the audit log is missing.`);
  }
  const leaves: Leaf[] = oldHead ? [[0, oldHead.number, oldHead.hash, 0]] : [];
  for (const chain of chains) {
    const closed = chain.closed === 1 || (chain.lease_until < time && (await closeAbandoned(trx, signer, chain)));
    leaves.push([chain.writer, chain.place, chain.hash, closed ? 1 : 0]);
  }
  const before = new Map(newest.leaves.map((leaf) => [leaf[0], leaf]));
  const changed = leaves.filter((leaf) => JSON.stringify(leaf) !== JSON.stringify(before.get(leaf[0])));
  if (changed.length === 0) return { place: newest.place, isComplete: true };
  if (unless && time - newest.madeAt < unless.youngerThanMs) {
    const rows = changed.reduce((sum, [writer, place]) => sum + place - (before.get(writer)?.[1] ?? 0), 0);
    // the first rows of a chain are covered immediately, since until then, nothing would show that the chain was
    // removed
    if (rows < unless.fewerThan && changed.every(([writer]) => before.has(writer))) {
      return { place: newest.place, isComplete: false };
    }
  }
  const row = sealCheckpoint(signer, newest.place, time, leaves);
  await trx.insertInto("bookend_audit_checkpoint").values(row).execute();
  const place = { number: row.number, hash: row.hash };
  await writeMark(trx, sealMark(signer, "newest", place));
  const ended = leaves.flatMap(([writer, , , closed]) => (closed === 1 ? [writer] : []));
  if (ended.length > 0) {
    await trx.updateTable("bookend_audit_chain").set({ settled: row.number }).where("writer", "in", ended).execute();
  }
  return { place, isComplete: true };
}

/** An arbitrary number that no other lock uses. */
const lockKey = 5_620_419_731;

/**
 * Keeps other processes from taking a checkpoint until the transaction ends. Call this before the rows of chains are
 * locked.
 */
export async function lockCheckpoints(
  { dialect }: Database<StoreSchema>,
  trx: Transaction<StoreSchema>,
): Promise<void> {
  // on SQLite the transaction itself is the lock
  if (dialect === "postgres") await sql`select pg_advisory_xact_lock(${lockKey})`.execute(trx);
}

/** Closes the chain of a process that no longer runs. Returns false if the process has just written again. */
async function closeAbandoned(
  trx: Transaction<StoreSchema>,
  signer: AuditSigner,
  { writer, place, hash, signature, lease_until }: AuditChain,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("bookend_audit_chain")
    .set(sealEnd(signer, writer, { number: place, hash }))
    .where("writer", "=", writer)
    .where("place", "=", place)
    .where("signature", "=", signature)
    .where("lease_until", "=", lease_until)
    .where("closed", "=", 0)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
