import { channel } from "node:diagnostics_channel";

type Listener = (message: unknown) => void;

/** Subscriptions to diagnostics channels that end together. */
export class Channels {
  readonly #subscriptions: (readonly [string, Listener])[] = [];

  /** Calls `listen` with each message of a channel; `T` is the documented message type of the channel. */
  on<T>(name: string, listen: (message: T) => void): void {
    const listener: Listener = (message) => listen(message as T);
    channel(name).subscribe(listener);
    this.#subscriptions.push([name, listener]);
  }

  close(): void {
    for (const [name, listener] of this.#subscriptions.splice(0)) channel(name).unsubscribe(listener);
  }
}
