import { setTimeout as pause } from "node:timers/promises";

/** Writes what ended, together. */
export interface Settler<T> {
  /** Resolves when it is written. */
  add(item: T): Promise<void>;
  /** Resolves when everything is written; after `ms` it gives up what is left. */
  drain(ms: number): Promise<void>;
}

/** Longest wait between two tries to write, in milliseconds. */
const longestPauseMs = 2_000;

/**
 * Collects what ended while others are being written. What could not be written is tried again, for as long as it takes: a database that was away comes
 * back, and what another process took over meanwhile is not overwritten.
 */
export function createSettler<T>(
  write: (items: readonly T[]) => Promise<void>,
  failed: (error: unknown) => void,
  most: number,
): Settler<T> {
  let queue: { readonly item: T; readonly done: () => void }[] = [];
  let running: Promise<void> | undefined;
  let gaveUp = false;
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
      const timer = setTimeout(() => {
        gaveUp = true;
      }, ms);
      await running;
      clearTimeout(timer);
    },
  };
}
