import { setImmediate } from "node:timers/promises";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import { eachAlone } from "../each-alone.js";
import { isOfEveryWrite, isOfLog, StoreError } from "../errors.js";
import { type SharedPart, sharedSteps } from "../shared-write.js";
import { runSteps, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { transact, tryAgain } from "../transact.js";
import { recountTogether, transactTogether, writeTogether } from "../transact-together.js";
import type { AuditPlace } from "./audit-chain.js";
import type { AuditSigner } from "./audit-keys.js";
import type { AuditFields } from "./audit-row.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { chainWriter, type OwnChain } from "./chain-writer.js";
import { checkpointClock } from "./checkpoint-clock.js";
import {
  type CheckpointOptions,
  type CheckpointTaken,
  checkpointWithin,
  lockCheckpoints,
  takeCheckpoint,
} from "./take-checkpoint.js";

/** Maximum number of entries in one transaction, unless one call has more. */
const entriesAtOnce = 500;

/** Takes as many entries from the front as fit into one transaction. */
function takeBatch(queue: Waiting[]): Waiting[] {
  return queue.splice(0, fitting(queue, 0));
}

/**
 * Returns how many appends from the front of the queue fit into one transaction that already has `taken` entries.
 *
 * @param isWanted Whether an append can be in that transaction. If an append cannot, those behind it must wait as well.
 */
function fitting(
  queue: readonly Waiting[],
  taken: number,
  isWanted: (waiting: Waiting) => boolean = () => true,
): number {
  let entries = taken;
  const end = queue.findIndex((waiting) => {
    const before = entries;
    entries += waiting.entries.length;
    return (before > 0 && entries > entriesAtOnce) || !isWanted(waiting);
  });
  return end === -1 ? queue.length : end;
}

function countOf(batch: readonly Waiting[]): number {
  return batch.reduce((sum, { entries }) => sum + entries.length, 0);
}

function entriesOf(batch: readonly Waiting[]): readonly AuditFields[] {
  return batch.flatMap(({ entries }) => entries);
}

/** Appends to the audit log. */
export interface AuditWriter {
  /**
   * Resolves when the entries are committed: all of them, in one transaction, in which `shared` and then `writes` run
   * after them. The order is the same in every transaction, so that no two wait for each other.
   */
  append(
    entries: readonly AuditFields[],
    writes?: readonly JoinedWrite[],
    shared?: readonly SharedPart[],
  ): Promise<void>;
  /** Resolves to undefined if the last entries were written or writing works again; otherwise to the error. */
  failure(): Promise<unknown>;
  /** Signs the current places of all chains. @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN */
  checkpoint(): Promise<AuditPlace>;
  /** Waits for pending entries, and ends the chain; accepts no more. */
  close(): Promise<void>;
}

/**
 * Another write in the transaction of audit entries. It may run several times, so it must change nothing outside the
 * database.
 */
export type JoinedWrite = (trx: Transaction<StoreSchema>) => Promise<void>;

interface Waiting {
  readonly entries: readonly AuditFields[];
  readonly writes: readonly JoinedWrite[];
  readonly shared: readonly SharedPart[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Creates a writer. Entries that arrive while others are being written share the next transaction. */
export function auditWriter(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  now: () => number,
): AuditWriter {
  const { db } = database;
  const chains = chainWriter(database, signer, verifier, now);
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  /** The state of this process's chain after the last commit. */
  let own: OwnChain | undefined;
  /** The newest checkpoint that this process knows. */
  let seen: AuditPlace | undefined;
  /** The error that kept the last entries from being written. */
  let failed: { readonly error: unknown } | undefined;

  const checkpoint = async (unless?: CheckpointOptions["unless"]): Promise<CheckpointTaken> => {
    const taken = await takeCheckpoint(database, signer, verifier, { now, seen, unless });
    if (seen === undefined || seen.number < taken.place.number) seen = taken.place;
    return taken;
  };
  const clock = checkpointClock(async (unless) => (await checkpoint(unless)).isComplete);

  /**
   * Extends the chain of this process, which takes few statements. Most entries need nothing else. Entries that come
   * while the transaction waits for other writes are added to the batch.
   */
  const extend = (chain: OwnChain, batch: Waiting[], isAlone: boolean): Promise<OwnChain | undefined> => {
    // entries that are written alone after a failure take no others with them, whose failure would affect them
    let isClosed = isAlone;
    function* steps(): Steps<OwnChain | undefined> {
      // not again if the steps are repeated
      if (!isClosed) batch.push(...queue.splice(0, further(batch)));
      isClosed = true;
      const extended = yield* chains.extend(chain, entriesOf(batch));
      if (extended) yield* sharedSteps(batch.flatMap(({ shared }) => shared));
      return extended;
    }
    return database.dialect === "sqlite" || batch.some(({ shared }) => shared.length > 0)
      ? writeTogether(database, steps, {
          calls: () => batch.length + (isClosed ? 0 : further(batch)),
          rows: () => countOf(batch) + (isClosed ? 0 : countOf(queue.slice(0, further(batch)))),
        })
      : // two statements without a transaction: if the second fails, the numbers that the first took remain unused
        tryAgain(() => runSteps(database, db, steps()));
  };

  /** Returns how many of the waiting appends fit into a batch and have no `writes`. */
  const further = (batch: readonly Waiting[]): number =>
    fitting(queue, countOf(batch), ({ writes }) => writes.length === 0);

  const write = async (batch: Waiting[], isAlone: boolean): Promise<OwnChain | undefined> => {
    const isExtension =
      batch.some(({ entries }) => entries.length > 0) && batch.every(({ writes }) => writes.length === 0);
    const extended = own && isExtension ? await extend(own, batch, isAlone) : undefined;
    if (extended) return extended;
    const entries = entriesOf(batch);
    return transactTogether(database, async (trx) => {
      const chain = entries.length > 0 ? await chains.append(trx, own, entries) : own;
      await runSteps(database, trx, sharedSteps(batch.flatMap(({ shared }) => shared)));
      for (const { writes } of batch) for (const joined of writes) await joined(trx);
      return chain;
    });
  };

  /**
   * Writes entries. If they cannot be written together, writes each of them alone, so that one that cannot be written
   * does not affect the others. If the database is unavailable, or the log refuses entries, all fail together, since
   * each would fail for the same reason. Resolves to the error if that failed.
   */
  const writeAll = async (waiting: Waiting[], isAlone = false): Promise<unknown> => {
    try {
      // nothing must be written to a log whose last checkpoint was refused
      if (countOf(waiting) > 0) await clock.recover();
      const chain = await write(waiting, isAlone);
      const count = countOf(waiting);
      clock.wrote(count, chain?.writer !== own?.writer);
      own = chain;
      if (count > 0) failed = undefined;
      for (const { resolve } of waiting) resolve();
      return undefined;
    } catch (error) {
      const isOfOne = ({ writes, shared }: Waiting) => writes.length > 0 || shared.length > 0;
      // appends without entries are the changes of calls whose entries were refused before; they are written again
      const isRefused = isOfLog(error) && countOf(waiting) > 0;
      const others = isRefused ? waiting.filter(({ entries }) => entries.length === 0) : [];
      const isOfEach = waiting.length > 1 && !isOfEveryWrite(error) && !isOfLog(error);
      if (isOfEach && waiting.some(isOfOne)) {
        const { untried, error: last } = await eachAlone(waiting, (one) => writeAll([one], true));
        for (const { reject } of untried) reject(last);
        return undefined;
      }
      failed = { error };
      for (const one of waiting) if (!others.includes(one)) one.reject(error);
      if (others.length > 0) await writeAll(others, true);
      return error;
    }
  };

  const run = async () => {
    // calls that end in the same turn of the event loop share a transaction
    await setImmediate();
    while (queue.length > 0) await writeAll(takeBatch(queue));
    running = undefined;
  };

  return {
    append: (entries, writes = [], shared = []) =>
      new Promise((resolve, reject) => {
        if (entries.length === 0 && writes.length === 0 && shared.length === 0) return resolve();
        if (closed) throw new StoreError("STORE_CLOSED", "The store is closed; the audit entry was not written.");
        queue.push({ entries, writes, shared, resolve, reject });
        if (running !== undefined) recountTogether(database);
        else running = run();
      }),
    async failure() {
      if (failed === undefined) return undefined;
      try {
        await transact(db, (trx) => chains.check(trx, own));
        failed = undefined;
        return undefined;
      } catch (error) {
        return error;
      }
    },
    checkpoint: async () => (await checkpoint()).place,
    async close() {
      closed = true;
      await running;
      await clock.stop();
      const chain = own;
      if (chain === undefined) return;
      await transact(db, async (trx) => {
        await lockCheckpoints(database, trx);
        await chains.end(trx, chain);
        await checkpointWithin(database, trx, signer, verifier, { now, seen });
      })
        // if this cannot be written, another process closes the chain when its lease has expired
        .catch(() => undefined);
    },
  };
}
