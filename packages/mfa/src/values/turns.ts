/**
 * Milliseconds of work after which to yield the event loop to other requests. A request that needs ten turns of the
 * event loop waits for up to as many of these slices while a long list is created.
 */
const sliceMs = 0.25;

/** Milliseconds that a turn of the event loop without other work takes at most. */
const idleTurnMs = 0.05;

/**
 * Milliseconds after which work continues even if other requests have work in each turn. On a busy server, a long list
 * therefore gets at least a twentieth of the time.
 */
const patienceMs = 5;

let startedAt: number | undefined;

/** Functions that resolve the promises of the callers that wait for a turn, in the order in which they asked. */
const waiting: (() => void)[] = [];

/**
 * Returns a promise for the event loop's next turn if the current one has taken long enough, otherwise undefined. Call
 * it before each piece of work, which should take less than a millisecond. All requests share the time, so ten requests
 * do not delay another one ten times as long.
 */
export function takeTurn(): Promise<void> | undefined {
  if (startedAt === undefined) begin();
  else if (waiting.length > 0 || !hasTime()) return new Promise((resolve) => waiting.push(resolve));
  return undefined;
}

/** Calls `visit` for each item, one after another, yielding to other requests in between. */
export async function eachInTurn<T>(items: Iterable<T>, visit: (item: T) => unknown): Promise<void> {
  for (const item of items) {
    // most items need no promise
    const turn = takeTurn();
    if (turn !== undefined) await turn;
    const visited = visit(item);
    if (visited instanceof Promise) await visited;
  }
}

const hasTime = () => startedAt !== undefined && performance.now() - startedAt <= sliceMs;

function begin(): void {
  startedAt = performance.now();
  afterOthers(() => {
    startedAt = undefined;
    if (waiting.length === 0) return;
    begin();
    admit();
  });
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

/**
 * Lets waiting callers continue while there is time. The first one always continues, so that a long list does not
 * overtake it.
 */
function admit(): void {
  waiting.shift()?.();
  // runs after the work of the caller that continues
  queueMicrotask(() => {
    if (waiting.length > 0 && hasTime()) admit();
  });
}
