/** Milliseconds of work after which to yield the event loop to other requests. */
const sliceMs = 15;

let startedAt: number | undefined;
let turn: Promise<void> = Promise.resolve();

/**
 * Waits for the event loop's next turn if the work of this one took long enough. Call it before each piece of work of a few
 * milliseconds at most. The time is that of all requests together: ten of them do not hold up an eleventh ten times as long.
 */
export async function takeTurn(): Promise<void> {
  // those that waited for the same turn share it
  while (startedAt !== undefined && performance.now() - startedAt > sliceMs) await turn;
  if (startedAt !== undefined) return;
  startedAt = performance.now();
  turn = new Promise((resolve) => {
    setImmediate(() => {
      startedAt = undefined;
      resolve();
    });
  });
}

/** Calls `visit` for each item, one after another, yielding to other requests in between. */
export async function eachInTurn<T>(items: Iterable<T>, visit: (item: T) => unknown): Promise<void> {
  for (const item of items) {
    await takeTurn();
    await visit(item);
  }
}
