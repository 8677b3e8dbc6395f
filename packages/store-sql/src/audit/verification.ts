import { type Kysely, type Selectable, sql } from "kysely";
import type { AuditChainTable, StoreSchema } from "../store-schema.js";
import type { AuditMark, AuditPlace, RowFlaw } from "./audit-chain.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { strayWriters } from "./check-log.js";
import type { RowScanner } from "./row-scanner.js";

/**
 * A flaw of the audit log.
 *
 * - `missing`: there is no row with this number.
 * - `changed`: the row does not match its hash: it was changed, inserted or moved.
 * - `forged`: the row was not signed by its key; `unknown_key`: the verifier does not have that key, or that key is not
 *   the key of the chain.
 * - `unknown_format`: the row was written by a later version, or its format was changed.
 * - `truncated`: the rows from this number on are missing.
 * - `unexpected`: the row does not belong to the chain: it is after the head, or in the pruned part.
 * - `head`: the signed record of a chain is missing or was changed.
 * - `cut`: the signed record of the newest pruned row of a chain is missing or was changed.
 * - `checkpoint`: a checkpoint is missing or was changed. `number` is that of the checkpoint.
 * - `rolled_back`: the log contradicts a checkpoint or the anchor.
 */
export type AuditFlaw = RowFlaw | "truncated" | "unexpected" | "head" | "cut" | "checkpoint" | "rolled_back";

/** The first flaw. */
export interface AuditFinding {
  /** The process whose chain has the flaw; undefined if a checkpoint has the flaw. */
  readonly writer?: number | undefined;
  /** The number of the row within its chain, or of the checkpoint. */
  readonly number: number;
  readonly reason: AuditFlaw;
}

/** A checkpoint: the places of all chains at one point in time. Its hash covers the earlier checkpoints. */
export interface AuditCheckpoint {
  /** Its number; 0 if the log has no checkpoint yet. */
  readonly checkpoint: number;
  readonly hash: string;
}

/** The newest checkpoint, as read from the database; it is not verified. */
export interface LastCheckpoint extends AuditCheckpoint {
  readonly madeAt: Date;
  /** The number of entries that were written since then; without new entries, no checkpoint is needed. */
  readonly uncovered: number;
}

/** A verification in progress. */
export interface Verification {
  readonly db: Kysely<StoreSchema>;
  readonly verifier: AuditVerifier;
  readonly anchor: AuditCheckpoint | AuditPlace | undefined;
  readonly snapshot: Snapshot;
  readonly scanner: RowScanner;
  /** Number of the newest checkpoint that a checked row names. */
  named: number;
  checked: number;
}

/** A chain, and which of its rows exist. */
export interface ChainEnds extends Selectable<AuditChainTable> {
  readonly first: number | null;
  readonly last: number | null;
  /** Number of rows without a place. */
  readonly adrift: number;
}

/** A consistent snapshot of the signed records of a log. */
export interface Snapshot {
  readonly marks: Readonly<Partial<Record<AuditMark["kind"], AuditMark>>>;
  readonly chains: readonly ChainEnds[];
  /** Numbers of the oldest and the newest row of writer 0. */
  readonly old: { readonly first: number | undefined; readonly last: number | undefined };
  /** Writers of rows whose chain has no record. */
  readonly strays: readonly number[];
}

/** Reads a consistent snapshot of the records. */
export function readSnapshot(db: Kysely<StoreSchema>): Promise<Snapshot> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      const marks = await trx.selectFrom("bookend_audit_mark").selectAll().execute();
      const rowsOf = sql`bookend_audit where bookend_audit.writer = bookend_audit_chain.writer`;
      const chains = await trx
        .selectFrom("bookend_audit_chain")
        .selectAll()
        .select([
          sql<number | null>`(select min(place) from ${rowsOf})`.as("first"),
          sql<number | null>`(select max(place) from ${rowsOf})`.as("last"),
          sql<number>`(select count(*) from ${rowsOf} and place is null)`.as("adrift"),
        ])
        .orderBy("writer")
        .execute();
      const old = trx.selectFrom("bookend_audit").select("number").where("writer", "=", 0).limit(1);
      const first = await old.orderBy("number", "asc").executeTakeFirst();
      const last = await old.orderBy("number", "desc").executeTakeFirst();
      return {
        marks: Object.fromEntries(marks.map((mark) => [mark.kind, mark])),
        chains,
        old: { first: first?.number, last: last?.number },
        strays: await strayWriters(trx),
      };
    });
}

/** Returns the number of rows according to the records. */
export function countRows({ marks, chains, old }: Snapshot): number {
  const oldRows = (marks.head?.number ?? old.last ?? 0) - (marks.checkpoint?.number ?? 0);
  return chains.reduce((sum, { place, cut_place }) => sum + place - (cut_place ?? 0), oldRows);
}
