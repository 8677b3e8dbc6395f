/** Milliseconds of synchronous work after which the event loop gets its turn. */
const sliceMs = 15;

/** Keeps synchronous work from holding up the event loop. */
export interface TimeSlice {
  /** Undefined if there is time left; else resolves when the event loop had its turn. Call it before each piece of work. */
  next(): Promise<void> | undefined;
}

/** A slice begins with the first piece of work in a turn of the event loop. */
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
