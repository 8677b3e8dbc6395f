import { createWaitingLine } from "./waiting-line.js";

/** Limits how many tasks run at once. */
export interface Slots {
  /** Runs a task once one of the places is free. Rejects with the signal's reason when it aborts before. */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
}

/** Makes so many places. */
export function createSlots(count: number): Slots {
  const line = createWaitingLine<void>();
  let free = count;
  return {
    async run(signal, task) {
      signal.throwIfAborted();
      // a place that becomes free goes to the first in the line
      if (free > 0) free -= 1;
      else await line.join(signal);
      try {
        return await task();
      } finally {
        if (!line.serve()) free += 1;
      }
    },
  };
}
