import { eachAlone } from "./each-alone.js";
import { isOfEveryWrite } from "./errors.js";
import { Gathering } from "./gathering.js";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Options of {@link groupCommit}. */
export interface GroupCommitOptions {
  /** Maximum number of items in one transaction. */
  readonly most: number;
  /**
   * Maximum milliseconds that items wait for others, if fewer have arrived than recent transactions had. With 0, only
   * items that arrive in the same turn of the event loop, or while others are being written, are written together.
   */
  readonly longestWaitMs: number;
  /**
   * Milliseconds after which the next items no longer wait for those that are being written, for example because these
   * wait for a lock.
   */
  readonly patienceMs: number;
}

/**
 * Collects the items that arrive together, or while others are being written, and writes them in one transaction. If
 * that fails, each is written separately, so that only the faulty one fails. If the database is unavailable, all fail
 * together, since each would only wait for it again.
 *
 * @param write Writes items in one transaction, and resolves to the result of each.
 */
export function groupCommit<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, longestWaitMs, patienceMs }: GroupCommitOptions,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  const gathering = new Gathering({
    waiting: () => queue.length,
    isFull: () => queue.length >= most,
    longestWaitMs: () => longestWaitMs,
  });
  let isRunning = false;
  /** Resolves to the error if one item, or all of them, could not be written. Never rejects. */
  const writeAll = async (some: readonly Waiting<Item, Result>[]): Promise<unknown> => {
    try {
      const results = await write(some.map(({ item }) => item));
      for (const [index, { resolve }] of some.entries()) resolve(results[index] as Result);
      return undefined;
    } catch (error) {
      if (some.length === 1 || isOfEveryWrite(error)) {
        for (const { reject } of some) reject(error);
        return error;
      }
      const { untried, error: last } = await eachAlone(some, (one) => writeAll([one]));
      for (const { reject } of untried) reject(last);
      return undefined;
    }
  };
  const run = async () => {
    while (queue.length > 0) {
      await gathering.wait();
      const some = queue.splice(0, most);
      gathering.took(some.length);
      await endOf(writeAll(some), patienceMs);
    }
    isRunning = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      gathering.came();
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}

/** Resolves when a promise that never rejects has resolved, but after at most this time. */
function endOf(written: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void written.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
