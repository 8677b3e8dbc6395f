/** Milliseconds of synchronous work after which to yield to the event loop. */
const sliceMs = 15;

/** Keeps synchronous work from holding up the event loop. */
export interface TimeSlice {
  /**
   * Returns undefined if there is time left, otherwise a promise that resolves after the next turn of the event loop.
   * Call it before each piece of work.
   */
  next(): Promise<void> | undefined;
}

/** Creates a time slice, which begins with the first piece of work in a turn of the event loop. */
export function timeSlice(): TimeSlice {
  let startedAt: number | undefined;
  let turn: Promise<void> | undefined;
  return {
    next() {
      if (startedAt === undefined) {
        startedAt = performance.now();
        turn = new Promise((resolve) => {
          setImmediate(() => {
            startedAt = undefined;
            resolve();
          });
        });
        return undefined;
      }
      return performance.now() - startedAt < sliceMs ? undefined : turn;
    },
  };
}
