import { setTimeout as pause } from "node:timers/promises";
import { within } from "../deadline.js";
import { isDatabaseAway } from "../errors.js";

/** Writes what ended, together. */
export interface Settler<T> {
  /** Resolves when it is written. */
  add(item: T): Promise<void>;
  /** Resolves when everything is written; after `ms` it gives up what is left. */
  drain(ms: number): Promise<void>;
}

interface Ended<T> {
  readonly item: T;
  readonly done: () => void;
}

/** Longest wait between two tries to write, in milliseconds. */
const longestPauseMs = 2_000;

/**
 * Collects what ended while others are being written. What could not be written is tried again, for as long as it takes: a database that was away comes
 * back, and what another process has since taken over is not overwritten. Where the database is there, each is written alone: one that cannot be written
 * does not hold up the others.
 */
export function createSettler<T>(
  write: (items: readonly T[]) => Promise<void>,
  failed: (error: unknown) => void,
  most: number,
): Settler<T> {
  let queue: Ended<T>[] = [];
  let running: Promise<void> | undefined;
  let gaveUp = false;
  /** Writes one after the other; resolves with those that could not be written. */
  const writeEach = async (batch: readonly Ended<T>[]): Promise<readonly Ended<T>[]> => {
    const stuck: Ended<T>[] = [];
    for (const [index, one] of batch.entries()) {
      try {
        await write([one.item]);
        one.done();
      } catch (error) {
        if (isDatabaseAway(error) || gaveUp) return [...stuck, ...batch.slice(index)];
        failed(error);
        stuck.push(one);
      }
    }
    return stuck;
  };
  const run = async () => {
    // what ends in the same turn is written together
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
        if (batch.length > 1 && !isDatabaseAway(error)) {
          const stuck = await writeEach(batch);
          queue = [...queue.slice(batch.length), ...stuck];
        }
        await pause(Math.min(longestPauseMs, 50 * 2 ** Math.min(failures, 10)));
      }
    }
    running = undefined;
    // nobody must wait for what is given up
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
