/** Milliseconds of work after which to yield the event loop to other requests. */
const sliceMs = 3;

let startedAt: number | undefined;
let turn: Promise<void> = Promise.resolve();

/**
 * Waits for the event loop's next turn if the current turn has taken long enough. Call it before each piece of work,
 * which should take at most a few milliseconds. All requests share the time, so ten requests do not delay another one
 * ten times as long.
 */
export async function takeTurn(): Promise<void> {
  // callers that waited for the same turn share it
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
