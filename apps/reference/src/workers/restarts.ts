/** Failures in a row after which the server gives up. */
const maxFailures = 5;

/** Milliseconds after the first failure; each further one in a row doubles them. */
const firstDelayMs = 100;

/** A worker that has served for so many milliseconds has not failed to start. */
const soundAfterMs = 10_000;

/** When a worker that ended is started again. */
export class Restarts {
  #failures = 0;

  /** Milliseconds until the worker is started again; undefined to give up. `servedMs` is how long it served, 0 if it never did. */
  next(servedMs: number): number | undefined {
    this.#failures = servedMs >= soundAfterMs ? 1 : this.#failures + 1;
    return this.#failures >= maxFailures ? undefined : firstDelayMs * 2 ** (this.#failures - 1);
  }
}
