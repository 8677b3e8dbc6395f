import { setImmediate } from "node:timers/promises";

/** Options of {@link Gathering}. */
export interface GatheringOptions {
  /** Returns the number of calls whose writes are waiting. */
  readonly waiting: () => number;
  /** Returns whether a group is as large as it may be. */
  readonly isFull: () => boolean;
  /** Returns the maximum milliseconds that the first write of a group waits for others. Asked again in each turn. */
  readonly longestWaitMs: () => number;
}

/**
 * Waits for the writes of concurrent calls that can be committed together: those of the same turn of the event loop, and
 * those of further turns as long as each adds some or there are fewer calls than in recent groups. This gathers more
 * writes, since the PIN hashes of simultaneous calls end one by one, and calls that waited for the last group return
 * while its commit still waits for the disk.
 */
export class Gathering {
  readonly #options: GatheringOptions;
  /** The approximate number of calls in recent groups. */
  #expected = 0;
  /** Ends the wait for the next write. */
  #cameOne: (() => void) | undefined;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /** Resolves when the next group is to be written. */
  async wait(): Promise<void> {
    const { waiting, isFull, longestWaitMs } = this.#options;
    const start = performance.now();
    for (;;) {
      const before = waiting();
      await setImmediate();
      if (isFull()) return;
      const waitMs = longestWaitMs() - (performance.now() - start);
      if (waitMs <= 0) return;
      const calls = waiting();
      if (calls > before) continue;
      if (calls >= this.#expected) return;
      // with a timer, since the turns of an idle event loop would take processor time from the hashes and the disk's
      // thread
      await this.#nextOne(waitMs);
    }
  }

  /** Reports that a write has been added, or that a waiting write has more calls than before. */
  came(): void {
    this.#cameOne?.();
  }

  /** Reports how many calls the group contains that is about to be written. */
  took(calls: number): void {
    this.#expected = Math.max(calls, Math.floor(this.#expected * 0.75));
  }

  #nextOne(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#cameOne = undefined;
        resolve();
      };
      const timer = setTimeout(end, waitMs);
      this.#cameOne = end;
    });
  }
}
