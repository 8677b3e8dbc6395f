/**
 * An abort signal that is created on first use: few actions use it, and creating one takes longer than most actions
 * run. It is a class with a getter, since an object literal with a getter would get a new hidden class each time.
 */
export class LazyAbort {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  /** Always the same signal; already aborted if it is read for the first time after `abort` was called. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal, even if it is requested only later. */
  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
