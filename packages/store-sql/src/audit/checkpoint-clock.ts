import type { CheckpointOptions } from "./take-checkpoint.js";

/** Rows are covered by a checkpoint after this many milliseconds, or once there are this many rows. */
const rules = { youngerThanMs: 10_000, fewerThan: 1_000 } as const;

/** Milliseconds until a failed checkpoint is attempted again. */
const retryMs = 10_000;

/** Decides when to take a checkpoint. */
export interface CheckpointClock {
  /** Call this when rows of this process were committed; the first rows of a chain are covered immediately. */
  wrote(rows: number, isNewChain: boolean): void;
  /** Attempts the last checkpoint again, if it failed; rejects if it fails again. */
  recover(): Promise<void>;
  /** Waits for the running checkpoint, and takes no more. */
  stop(): Promise<void>;
}

/**
 * Takes a checkpoint at most ten seconds after a row was written, and after 1,000 rows. `take` returns whether the
 * checkpoint covers all rows.
 */
export function checkpointClock(take: (unless: CheckpointOptions["unless"]) => Promise<boolean>): CheckpointClock {
  let rows = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failed = false;
  let stopped = false;

  const later = (milliseconds: number) => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void now().catch(() => undefined);
    }, milliseconds).unref();
  };
  const run = async () => {
    rows = 0;
    try {
      const isComplete = await take(rules);
      failed = false;
      if (!isComplete) later(rules.youngerThanMs);
    } catch (error) {
      failed = true;
      later(retryMs);
      throw error;
    } finally {
      running = undefined;
    }
  };
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    running ??= run();
    return running;
  };

  return {
    wrote(count, isNewChain) {
      if (stopped || count === 0) return;
      rows += count;
      if (isNewChain || rows >= rules.fewerThan) now().catch(() => undefined);
      else later(rules.youngerThanMs);
    },
    async recover() {
      if (failed) await now();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
