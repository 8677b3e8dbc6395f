/** Number of consecutive failures after which the server gives up. */
const maxFailures = 5;

/** Milliseconds to wait after the first failure. Each consecutive failure doubles the wait. */
const firstDelayMs = 100;

/** Milliseconds after which a worker counts as healthy: if it ends later, its earlier failures are forgotten. */
const healthyAfterMs = 10_000;

/** Decides when a worker that has ended is started again. */
export class Restarts {
  #failures = 0;

  /**
   * Returns the milliseconds to wait before the worker is started again; undefined to give up. `servedMs` is the number
   * of milliseconds for which it served, or 0 if it ended before it could serve.
   */
  next(servedMs: number): number | undefined {
    this.#failures = servedMs >= healthyAfterMs ? 1 : this.#failures + 1;
    return this.#failures >= maxFailures ? undefined : firstDelayMs * 2 ** (this.#failures - 1);
  }
}
