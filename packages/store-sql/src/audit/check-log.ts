import { type Kysely, sql } from "kysely";
import { inLists } from "../chunks.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { type AuditMark, type AuditPlace, chainStart } from "./audit-chain.js";
import { checkSigned, readMark, unknownKey } from "./audit-marks.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type AuditChain, chainVerifier, endIsSigned, headIsSigned } from "./chain-record.js";
import { checkpointLeaves, type Leaf } from "./checkpoint.js";

/**
 * The places of all chains that no checkpoint covers as closed, and their places according to the newest checkpoint.
 */
export interface LogState {
  /** The place of writer 0, if it wrote anything. */
  readonly oldHead: AuditMark | undefined;
  readonly chains: readonly AuditChain[];
  readonly newest: { readonly place: AuditPlace; readonly madeAt: number; readonly leaves: readonly Leaf[] };
}

/**
 * Makes sure that a log can be continued: the signed records of its chains and its newest checkpoint exist, and no
 * chain is behind that checkpoint. It does not read rows. Call it within a transaction that prevents other processes
 * from taking a checkpoint.
 *
 * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
 */
export async function checkLog(db: Kysely<StoreSchema>, verifier: AuditVerifier): Promise<LogState> {
  const oldHead = await checkOldHead(db, verifier);
  const chains = await db
    .selectFrom("bookend_audit_chain")
    .selectAll()
    .where("settled", "is", null)
    .orderBy("writer")
    .execute();
  for (const chain of chains) checkChain(verifier, chain);
  const [stray] = await strayWriters(db);
  if (stray !== undefined) throw tampered(`The record of the chain of writer ${stray} is missing.`);
  const newest = await readNewest(db, verifier);
  const places = new Map(chains.map((chain) => [chain.writer, chain]));
  const ended = newest.leaves.flatMap(([writer, , , closed]) => (closed === 1 ? [writer] : []));
  for (const some of inLists(ended)) {
    const settled = await db.selectFrom("bookend_audit_chain").selectAll().where("writer", "in", some).execute();
    for (const chain of settled) places.set(chain.writer, chain);
  }
  for (const [writer, place, hash, closed] of newest.leaves) {
    const chain = places.get(writer);
    const now = writer === 0 ? oldHead && { place: oldHead.number, hash: oldHead.hash } : chain;
    if (now === undefined) throw tampered(`The chain of writer ${writer} is missing.`);
    if (now.place > place && closed === 0) continue;
    if (now.place !== place || now.hash !== hash) throw tampered(`The chain of writer ${writer} was rolled back.`);
  }
  return { oldHead, chains, newest };
}

/**
 * Like `checkLog`, but on a snapshot, for callers who do not prevent others from taking a checkpoint at the same time.
 */
export function checkLogNow(db: Kysely<StoreSchema>, verifier: AuditVerifier): Promise<LogState> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute((trx) => checkLog(trx, verifier));
}

/** Returns the writers of rows whose chain has no record. */
export async function strayWriters(db: Kysely<StoreSchema>): Promise<readonly number[]> {
  // one index lookup for each writer, however many rows it has
  const { rows } = await sql<{ writer: number }>`
    with recursive writers(writer) as (
      select min(writer) from bookend_audit
      union all
      select (select min(bookend_audit.writer) from bookend_audit where bookend_audit.writer > writers.writer)
      from writers where writers.writer is not null
    )
    select writer from writers
    where writer <> 0 and writer not in (select writer from bookend_audit_chain)
    order by writer`.execute(db);
  return rows.map(({ writer }) => writer);
}

/** @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN */
export function checkChain(verifier: AuditVerifier, chain: AuditChain): void {
  const writer = chainVerifier(verifier, chain);
  if (writer === "unknown") throw unknownKey(chain.key_id);
  if (writer === "invalid" || !headIsSigned(writer, chain) || !endIsSigned(verifier, writer, chain)) {
    throw tampered(`The record of the chain of writer ${chain.writer} differs from what was signed.`);
  }
}

async function checkOldHead(db: Kysely<StoreSchema>, verifier: AuditVerifier): Promise<AuditMark | undefined> {
  const head = await readMark(db, "head");
  if (head !== undefined) {
    checkSigned(verifier, head);
    return head.number > 0 ? head : undefined;
  }
  const row = await db.selectFrom("bookend_audit").select("number").where("writer", "=", 0).limit(1).executeTakeFirst();
  if (row === undefined && (await readMark(db, "checkpoint")) === undefined) return undefined;
  throw tampered("The head of the audit log is missing.");
}

async function readNewest(db: Kysely<StoreSchema>, verifier: AuditVerifier): Promise<LogState["newest"]> {
  const mark = await readMark(db, "newest");
  const row = await db
    .selectFrom("bookend_audit_checkpoint")
    .selectAll()
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (mark === undefined && row === undefined) return { place: chainStart, madeAt: 0, leaves: [] };
  if (mark) checkSigned(verifier, mark);
  const leaves = row && checkpointLeaves(row);
  if (leaves === undefined || row?.number !== mark?.number || row?.hash !== mark?.hash || row === undefined) {
    throw tampered("The newest checkpoint of the audit log differs from what was signed.");
  }
  return { place: { number: row.number, hash: row.hash }, madeAt: row.made_at, leaves };
}

function tampered(message: string): StoreError {
  return new StoreError("AUDIT_TAMPERED", message);
}
