/** Milliseconds of work on checks and imports after which to yield the event loop to other requests. */
const sliceMs = 1;

/**
 * Milliseconds of work on lists after which to yield the event loop. A request that needs ten turns of the event loop
 * waits for up to as many of these slices while a long list is created.
 */
const listSliceMs = 0.25;

/** Milliseconds that a turn of the event loop without other work takes at most. */
const idleTurnMs = 0.05;

/**
 * Milliseconds after which work on lists continues even if other requests have work in each turn. On a busy server, a
 * long list therefore gets at least a twentieth of the time.
 */
const patienceMs = 5;

/**
 * Returns a promise for the event loop's next turn if the current one has taken long enough, otherwise undefined. Call
 * it before each piece of work, which should take less than a millisecond. All requests share the time, so ten requests
 * do not delay another one ten times as long.
 */
export const takeTurn = turns(sliceMs, (next) => void setImmediate(next));

/** Like {@link takeTurn}, for lists, which are less urgent: other requests that have work go first. */
export const takeListTurn = turns(listSliceMs, afterOthers);

/** Calls `visit` for each item of a list, one after another, yielding to other requests in between. */
export async function eachInTurn<T>(items: Iterable<T>, visit: (item: T) => unknown): Promise<void> {
  for (const item of items) {
    // most items need no promise
    const turn = takeListTurn();
    if (turn !== undefined) await turn;
    const visited = visit(item);
    if (visited instanceof Promise) await visited;
  }
}

/**
 * Returns a function like {@link takeTurn}.
 *
 * @param slice Milliseconds of work in a turn.
 * @param later Calls a function when the next turn begins.
 */
function turns(slice: number, later: (next: () => void) => void): () => Promise<void> | undefined {
  let startedAt: number | undefined;
  /** Functions that resolve the promises of the callers that wait for a turn, in the order in which they asked. */
  const waiting: (() => void)[] = [];
  const hasTime = () => startedAt !== undefined && performance.now() - startedAt <= slice;
  const begin = (): void => {
    startedAt = performance.now();
    later(() => {
      startedAt = undefined;
      if (waiting.length === 0) return;
      begin();
      admit();
    });
  };
  /**
   * Lets waiting callers continue while there is time. The first one always continues, so that a long list does not
   * overtake it.
   */
  const admit = (): void => {
    waiting.shift()?.();
    // runs after the work of the caller that continues
    queueMicrotask(() => {
      if (waiting.length > 0 && hasTime()) admit();
    });
  };
  return () => {
    if (startedAt === undefined) begin();
    else if (waiting.length > 0 || !hasTime()) return new Promise((resolve) => waiting.push(resolve));
    return undefined;
  };
}

/** Calls a function as soon as other requests have had a turn of the event loop and then none of them has work left. */
function afterOthers(next: () => void): void {
  let until: number | undefined;
  const wait = () => {
    const start = performance.now();
    until ??= start + patienceMs;
    setImmediate(() => {
      const now = performance.now();
      if (now - start <= idleTurnMs || now >= (until ?? now)) next();
      else wait();
    });
  };
  setImmediate(wait);
}
