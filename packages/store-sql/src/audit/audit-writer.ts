import type { Transaction } from "kysely";
import { inChunks } from "../chunks.js";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { type AuditPlace, sealMark, sealRow } from "./audit-chain.js";
import type { AuditSigner, AuditVerifier } from "./audit-keys.js";
import { lockHead, writeMark } from "./audit-marks.js";
import type { AuditFields } from "./audit-row.js";

/** Entries of one transaction, unless one call has more: each takes a tenth of a millisecond to sign. */
const entriesAtOnce = 200;

/** Takes the first ones, as many as fit into one transaction. */
function takeBatch(queue: Waiting[]): readonly Waiting[] {
  let count = 0;
  let entries = 0;
  for (const waiting of queue) {
    entries += waiting.entries.length;
    if (count > 0 && entries > entriesAtOnce) break;
    count += 1;
  }
  return queue.splice(0, count);
}

/** Appends to the audit log. */
export interface AuditWriter {
  /** Resolves when the entries are committed: all of them, in one transaction, in which `writes` run behind them. */
  append(entries: readonly AuditFields[], writes?: readonly JoinedWrite[]): Promise<void>;
  /** Undefined if the last entries were written, or could be now; else why not. */
  failure(): Promise<unknown>;
  /** Waits for what was given; takes no more. */
  close(): Promise<void>;
}

/** Writes more in the transaction of audit entries. It may run several times: it must change nothing outside of the database. */
export type JoinedWrite = (trx: Transaction<StoreSchema>) => Promise<void>;

interface Waiting {
  readonly entries: readonly AuditFields[];
  readonly writes: readonly JoinedWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Entries that come while others are being written go together into the next transaction. */
export function auditWriter(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
): AuditWriter {
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  /** What this process wrote last: a head that is older was put back by somebody. */
  let written: AuditPlace | undefined;
  /** What the last entries were not written for. */
  let failed: { readonly error: unknown } | undefined;

  /** The head, if the log goes on from what this process wrote. */
  const trustedHead = async (trx: Transaction<StoreSchema>): Promise<AuditPlace> => {
    const head = await lockHead(database, trx, verifier, written);
    if (written && (head.number < written.number || (head.number === written.number && head.hash !== written.hash))) {
      throw new StoreError("AUDIT_TAMPERED", `The audit log ends at ${head.number}, before row ${written.number}.`);
    }
    return head;
  };

  const write = (waiting: readonly Waiting[]) =>
    transact(database.db, async (trx) => {
      let last = await trustedHead(trx);
      const rows = waiting
        .flatMap(({ entries }) => entries)
        .map((fields) => {
          const row = sealRow(signer, last, fields);
          last = row;
          return row;
        });
      for (const some of inChunks(rows)) await trx.insertInto("bookend_audit").values(some).execute();
      await writeMark(trx, sealMark(signer, "head", last));
      for (const joined of waiting.flatMap(({ writes }) => writes)) await joined(trx);
      return last;
    });

  /** One that fails for a reason of its own does not fail the others. */
  const writeAll = async (waiting: readonly Waiting[]): Promise<void> => {
    try {
      written = await write(waiting);
      failed = undefined;
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      if (waiting.length > 1 && waiting.some(({ writes }) => writes.length > 0)) {
        for (const one of waiting) await writeAll([one]);
        return;
      }
      failed = { error };
      for (const { reject } of waiting) reject(error);
    }
  };

  const run = async () => {
    // so that what is given in the same turn is written together
    await undefined;
    while (queue.length > 0) {
      await writeAll(takeBatch(queue));
    }
    running = undefined;
  };

  return {
    append: (entries, writes = []) =>
      new Promise((resolve, reject) => {
        if (entries.length === 0 && writes.length === 0) return resolve();
        if (closed) throw new StoreError("STORE_CLOSED", "The store is closed; the audit entry was not written.");
        queue.push({ entries, writes, resolve, reject });
        running ??= run();
      }),
    async failure() {
      if (failed === undefined) return undefined;
      try {
        await transact(database.db, trustedHead);
        failed = undefined;
        return undefined;
      } catch (error) {
        return error;
      }
    },
    async close() {
      closed = true;
      await running;
    },
  };
}
