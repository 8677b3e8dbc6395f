/**
 * An abort signal that is created on first use: few actions use it, and creating one takes longer than most actions run.
 * A class with a getter, since an object literal with one gets a hidden class of its own each time.
 */
export class LazyAbort {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  /** The same each time; already aborted if it is first used too late. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal, even one that is requested later. */
  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
