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

/** The error of a sending that its caller aborted. */
export function aborted(): MessagingError {
  return new MessagingError("ABORTED", "The sending was aborted.");
}
