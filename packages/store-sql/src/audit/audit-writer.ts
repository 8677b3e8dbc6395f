import { setImmediate } from "node:timers/promises";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import { isDatabaseAway, StoreError } from "../errors.js";
import { type SharedPart, sharedSteps } from "../shared-write.js";
import { runSteps, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { transact, tryAgain } from "../transact.js";
import { transactTogether, writeTogether } from "../transact-together.js";
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
const entriesAtOnce = 200;

/** Takes as many entries from the front as fit into one transaction. */
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
  /** The state after the last commit. */
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

  /** Extends the chain of this process, which takes few statements. Most entries need nothing else. */
  const extend = (
    chain: OwnChain,
    entries: readonly AuditFields[],
    shared: readonly SharedPart[],
  ): Promise<OwnChain | undefined> => {
    function* steps(): Steps<OwnChain | undefined> {
      const extended = yield* chains.extend(chain, entries);
      if (extended) yield* sharedSteps(shared);
      return extended;
    }
    return database.dialect === "sqlite" || shared.length > 0
      ? writeTogether(database, steps)
      : // two statements; numbers that the first has taken may remain unused
        tryAgain(() => runSteps(database, db, steps()));
  };

  const write = async (waiting: readonly Waiting[]): Promise<OwnChain | undefined> => {
    const entries = waiting.flatMap((one) => one.entries);
    const writes = waiting.flatMap((one) => one.writes);
    const shared = waiting.flatMap((one) => one.shared);
    const isExtension = writes.length === 0 && entries.length > 0;
    const extended = own && isExtension ? await extend(own, entries, shared) : undefined;
    if (extended) return extended;
    return transactTogether(database, async (trx) => {
      const chain = entries.length > 0 ? await chains.append(trx, own, entries) : own;
      await runSteps(database, trx, sharedSteps(shared));
      for (const joined of writes) await joined(trx);
      return chain;
    });
  };

  /**
   * Writes entries separately, so that one that cannot be written does not affect the others. If the database is
   * unavailable, all fail together, since each would only wait for it again.
   */
  const writeAll = async (waiting: readonly Waiting[]): Promise<void> => {
    const count = waiting.reduce((sum, { entries }) => sum + entries.length, 0);
    try {
      // nothing must be written to a log whose last checkpoint was refused
      if (count > 0) await clock.recover();
      const chain = await write(waiting);
      clock.wrote(count, chain?.writer !== own?.writer);
      own = chain;
      if (count > 0) failed = undefined;
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      const isOfOne = ({ writes, shared }: Waiting) => writes.length > 0 || shared.length > 0;
      if (waiting.length > 1 && !isDatabaseAway(error) && waiting.some(isOfOne)) {
        for (const one of waiting) await writeAll([one]);
        return;
      }
      failed = { error };
      for (const { reject } of waiting) reject(error);
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
        running ??= run();
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
