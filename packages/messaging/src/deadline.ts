import { MessagingError } from "./errors.js";

/** A signal that aborts when the caller's does or the time is up, with a MessagingError as its reason. */
export interface Deadline {
  signal: AbortSignal;
  /** To be called when what it limits has ended. */
  end(): void;
}

/** Starts the time. */
export function startDeadline(caller: AbortSignal | undefined, ms: number, late: () => MessagingError): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(aborted());
  const timer = setTimeout(() => controller.abort(late()), ms);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
    },
  };
}

/** The error of a message that was not sent, or not completely, within its deadline. */
export function tooLate(peer: string, ms: number): MessagingError {
  return new MessagingError("TIMEOUT", `${peer}: not completed within ${ms} ms of being submitted.`);
}

/** The error of a sending whose signal has aborted: that of its deadline, or `ABORTED`. */
export function abortReason(signal: AbortSignal | undefined): MessagingError {
  return signal?.reason instanceof MessagingError ? signal.reason : aborted();
}

/** The error of a sending that its caller aborted. */
export function aborted(): MessagingError {
  return new MessagingError("ABORTED", "The sending was aborted.");
}
