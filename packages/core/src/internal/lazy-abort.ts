/**
 * An abort signal that is made when somebody asks for it: few do, and making one takes longer than most actions.
 * A class with a getter, since an object literal with one gets a hidden class of its own each time.
 */
export class LazyAbort {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  /** The same each time; aborted already if it is asked for too late. */
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
