import { setTimeout as delay } from "node:timers/promises";
import { MessagingError } from "../errors.js";
import { createWaitingLine } from "../waiting-line.js";
import type { SmppSession } from "./session.js";

/** Keeps one session open, from its first use until close. */
export interface SmppLink {
  /**
   * Returns the session, or waits for the next one; rejects with the signal's reason if the signal aborts first.
   *
   * @throws {MessagingError} AUTH_FAILED as soon as the SMS center refuses the login
   */
  session(signal: AbortSignal): Promise<SmppSession>;
  /** The reason why there is no session at present. */
  readonly lastFailure: MessagingError | undefined;
  /** Unbinds and ends the session. Callers that wait for a session are rejected with `CLOSED`. */
  close(): Promise<void>;
}

/** Dependencies of a link. */
export interface SmppLinkOptions {
  open(signal: AbortSignal): Promise<SmppSession>;
  /** Returns the milliseconds to wait after this number of consecutive failures. */
  backOffMs(failures: number): number;
}

/** Creates a link. */
export function createLink({ open, backOffMs }: SmppLinkOptions): SmppLink {
  const line = createWaitingLine<SmppSession>();
  const closing = new AbortController();
  let current: SmppSession | undefined;
  let running: Promise<void> | undefined;
  let lastFailure: MessagingError | undefined;

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        current = await open(closing.signal);
        if (closing.signal.aborted) current.end(closed());
        failures = 0;
        lastFailure = undefined;
        while (line.serve(current));
        lastFailure = await current.ended;
      } catch (error) {
        failures += 1;
        lastFailure = error as MessagingError;
        // the next bind would fail as well, so waiting callers do not have to wait for their deadlines
        if (lastFailure.code === "AUTH_FAILED") line.dismiss(lastFailure);
      }
      await delay(backOffMs(failures), undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    async session(signal) {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw closed();
      if (current?.alive) return current;
      running ??= keepConnected();
      return line.join(signal);
    },
    get lastFailure() {
      return lastFailure;
    },
    async close() {
      closing.abort();
      line.dismiss(closed());
      if (current?.alive) {
        await current.request("unbind", {}).catch(() => {});
        current.end(closed());
      }
      await running;
    },
  };
}

function closed(): MessagingError {
  return new MessagingError("CLOSED", "The SMS gateway is closed.");
}
