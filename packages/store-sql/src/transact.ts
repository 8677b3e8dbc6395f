import { setTimeout } from "node:timers/promises";
import type { Kysely, Transaction } from "kysely";
import { StoreError } from "./errors.js";

/** Maximum number of attempts for a transaction, including the first. */
const attempts = 6;

/** Maximum milliseconds before the second attempt; doubled for each further one. */
const firstPauseMs = 10;

/** Options of {@link transact}. */
export interface TransactOptions {
  /**
   * Returns a number from 0 to 1, for the length of pauses.
   *
   * @default Math.random
   */
  readonly random?: (() => number) | undefined;
}

/**
 * Runs a transaction, and repeats it after a conflict with a concurrent one: a deadlock, a serialization failure, or a
 * row that was written between lookup and write. `work` may run several times: it must change nothing outside the
 * database.
 *
 * @throws {StoreError} TRANSACTION_CONFLICT, CONSTRAINT_VIOLATED after six attempts, without any effect
 */
export async function transact<Schema, Result>(
  db: Kysely<Schema>,
  work: (trx: Transaction<Schema>) => Promise<Result>,
  options: TransactOptions = {},
): Promise<Result> {
  return tryAgain(() => db.transaction().execute(work), options);
}

/** Runs a transaction, and repeats it after a conflict, as {@link transact} does. */
export async function tryAgain<Result>(
  run: () => Promise<Result>,
  { random = Math.random }: TransactOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) throw error;
      await setTimeout(random() * firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

/** Returns whether a statement failed because of what another transaction wrote or locked. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreError && (error.code === "TRANSACTION_CONFLICT" || error.code === "CONSTRAINT_VIOLATED");
}
