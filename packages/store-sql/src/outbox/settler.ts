import { setTimeout as pause } from "node:timers/promises";
import { within } from "../deadline.js";
import { eachAlone } from "../each-alone.js";
import { isOfEveryWrite } from "../errors.js";

/** Writes the results of ended attempts in batches. */
export interface Settler<T> {
  /** Adds a result. Resolves when the result has been written, or abandoned by `drain`. */
  add(item: T): Promise<void>;
  /** Resolves when everything has been written. Abandons the rest after `ms` milliseconds. */
  drain(ms: number): Promise<void>;
}

interface Ended<T> {
  readonly item: T;
  readonly done: () => void;
}

/** Maximum milliseconds between two attempts to write. */
const longestPauseMs = 2_000;

/**
 * Collects results while others are being written. A failed write is repeated until it succeeds, since an unavailable
 * database will come back; a late write is safe, since it does not change deliveries that another process has taken
 * over. If a write fails although the database is available, its results are written one at a time, so that one that
 * cannot be written does not delay the others.
 */
export function createSettler<T>(
  write: (items: readonly T[]) => Promise<void>,
  failed: (error: unknown) => void,
  most: number,
): Settler<T> {
  let queue: Ended<T>[] = [];
  let running: Promise<void> | undefined;
  let gaveUp = false;
  /** Writes results one after the other. Resolves to those that could not be written. */
  const writeEach = async (batch: readonly Ended<T>[]): Promise<readonly Ended<T>[]> => {
    const stuck: Ended<T>[] = [];
    let isOver = false;
    const { untried } = await eachAlone(batch, async (one) => {
      if (isOver) {
        stuck.push(one);
        return undefined;
      }
      try {
        await write([one.item]);
        one.done();
        return undefined;
      } catch (error) {
        isOver = gaveUp;
        if (!isOver && !isOfEveryWrite(error)) failed(error);
        stuck.push(one);
        return error;
      }
    });
    return [...stuck, ...untried];
  };
  const run = async () => {
    // results that are added in the same turn of the event loop are written together
    await new Promise(setImmediate);
    for (let failures = 0; queue.length > 0 && !gaveUp; ) {
      const batch = queue.slice(0, most);
      try {
        await write(batch.map(({ item }) => item));
        queue = queue.slice(batch.length);
        failures = 0;
        for (const { done } of batch) done();
      } catch (error) {
        failures += 1;
        failed(error);
        if (batch.length > 1 && !isOfEveryWrite(error)) {
          const stuck = await writeEach(batch);
          queue = [...queue.slice(batch.length), ...stuck];
        }
        await pause(Math.min(longestPauseMs, 50 * 2 ** Math.min(failures, 10)));
      }
    }
    running = undefined;
    // release callers that wait for abandoned results
    if (gaveUp) for (const { done } of queue.splice(0)) done();
  };
  return {
    add: (item) =>
      new Promise((resolve) => {
        queue.push({ item, done: resolve });
        running ??= run();
      }),
    async drain(ms) {
      await within(ms, running);
      gaveUp = true;
    },
  };
}
