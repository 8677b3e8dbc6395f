import { eachAlone } from "../each-alone.js";
import { isOfEveryWrite } from "../errors.js";

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the items that arrive together, or while others are being written, and writes up to `most` of them in one
 * transaction. If that fails, each is written separately, so that only the faulty one fails. If the database is
 * unavailable, all fail together, since each would only wait for it again.
 */
export function groupCommit<T>(
  write: (items: readonly T[]) => Promise<void>,
  most: number,
): (item: T) => Promise<void> {
  const queue: Waiting<T>[] = [];
  let isRunning = false;
  /** Resolves to the error if one item, or all of them, could not be written. */
  const writeAll = async (some: readonly Waiting<T>[]): Promise<unknown> => {
    try {
      await write(some.map(({ item }) => item));
      for (const { resolve } of some) resolve();
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
    await undefined;
    while (queue.length > 0) await writeAll(queue.splice(0, most));
    isRunning = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}
