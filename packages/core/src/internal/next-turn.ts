/** Calls a function in the next turn of the event loop. */
// captured when this module is loaded, so that a test that replaces the timers does not stop the dispatcher
export const soon: (callback: () => void) => void =
  typeof setImmediate === "function" ? setImmediate : (callback) => setTimeout(callback, 0);

/** Number of regular expression steps after which to yield to other work: about 10 ms. */
const stepsPerTurn = 150_000;

let stepsTaken = 0;

/**
 * Counts the work of matching a regular expression, in steps: the size of the expression times the length of the
 * string. Conditions do hardly any other synchronous work.
 */
export function countSteps(steps: number): void {
  stepsTaken += steps;
}

/** Returns whether regular expressions have used up their share of the event loop since the last `nextTurn`. */
export function isTurnDue(): boolean {
  return stepsTaken >= stepsPerTurn;
}

/** Milliseconds that the actions of one turn of the event loop may take. */
const actionsMs = 1;

/** When the first action of this turn of the event loop began, by `performance.now()`; undefined if none has begun. */
let actionsBeganAt: number | undefined;

/** Notes that an action begins. */
export function noteAction(): void {
  if (actionsBeganAt !== undefined) return;
  actionsBeganAt = performance.now();
  soon(() => {
    actionsBeganAt = undefined;
  });
}

/**
 * Returns whether a call's next action must wait for a turn, since the actions of all calls have used up their share of
 * this one.
 */
export function mustActionWait(): boolean {
  return actionsBeganAt !== undefined && performance.now() - actionsBeganAt >= actionsMs;
}

/**
 * Resolves in the next turn of the event loop, after input and output that is ready now. A resolved promise would not
 * wait for these.
 */
export function nextTurn(): Promise<void> {
  stepsTaken = 0;
  return new Promise((resolve) => {
    soon(resolve);
  });
}

/** Yields to other work after a certain number of steps. */
export interface Pace {
  /** Counts the steps, and waits for the next turn once there are enough. Await the result if it is a promise. */
  step(steps?: number): Promise<void> | undefined;
}

/** Creates a pace of `every` steps. */
export function createPace(every: number): Pace {
  let taken = 0;
  return {
    step(steps = 1) {
      taken += steps;
      if (taken < every) return undefined;
      taken = 0;
      return nextTurn();
    },
  };
}
