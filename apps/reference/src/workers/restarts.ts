/** Number of consecutive failures after which the server gives up. */
const maxFailures = 5;

/** Milliseconds to wait after the first failure. Each consecutive failure doubles the wait. */
const firstDelayMs = 100;

/** A worker that has served for this many milliseconds counts as started. */
const soundAfterMs = 10_000;

/** Decides when a worker that ended is started again. */
export class Restarts {
  #failures = 0;

  /**
   * Returns the milliseconds until the worker is started again; undefined to give up. `servedMs` is how long it served,
   * 0 if it never did.
   */
  next(servedMs: number): number | undefined {
    this.#failures = servedMs >= soundAfterMs ? 1 : this.#failures + 1;
    return this.#failures >= maxFailures ? undefined : firstDelayMs * 2 ** (this.#failures - 1);
  }
}
