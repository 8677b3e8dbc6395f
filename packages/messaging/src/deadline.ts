import { MessagingError } from "./errors.js";

/** A signal that aborts when the caller's signal aborts or the time is up, with a MessagingError as its reason. */
export interface Deadline {
  signal: AbortSignal;
  /**
   * Checks that the deadline has not passed and the caller has not aborted. Call this right before something is sent,
   * since the timer of an expired deadline may not have fired yet.
   *
   * @throws {MessagingError} TIMEOUT, ABORTED, with `uncertain: false`
   */
  check(): void;
  /** Ends the deadline. Call this when the work has ended. */
  end(): void;
}

/** A clock in milliseconds that changes of the system time do not affect. */
export type MonotonicClock = () => number;

/** Returns the time of this process's monotonic clock. */
export const monotonicNow = (): number => performance.now();

/**
 * Starts a deadline that ends `ms` milliseconds from now; `late` creates the error for a message that missed the
 * deadline.
 */
export function startDeadline(
  caller: AbortSignal | undefined,
  ms: number,
  late: () => MessagingError,
  now: MonotonicClock = monotonicNow,
): Deadline {
  const endsAt = now() + ms;
  const controller = new AbortController();
  const onAbort = () => controller.abort(aborted());
  const timer = setTimeout(() => controller.abort(late()), ms);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    check() {
      if (!controller.signal.aborted && now() >= endsAt) controller.abort(late());
      if (controller.signal.aborted) throw unsent(controller.signal.reason);
    },
    end() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
    },
  };
}

/** Creates the error for a message that was not sent completely within its deadline. */
export function tooLate(peer: string, ms: number): MessagingError {
  return new MessagingError("TIMEOUT", `${peer}: not completed within ${ms} ms of being submitted.`);
}

/**
 * Returns the error for a message whose signal has aborted: the signal's reason if that is a `MessagingError`, otherwise
 * `ABORTED`.
 */
export function abortReason(signal: AbortSignal | undefined): MessagingError {
  return signal?.reason instanceof MessagingError ? signal.reason : aborted();
}

/**
 * Converts the error for a message of which no part was sent: a `MessagingError` gets `uncertain: false`, whatever its
 * code. Any other value is returned unchanged.
 */
export function unsent(error: unknown): unknown {
  if (!(error instanceof MessagingError && error.uncertain)) return error;
  const { code, message, reason, cause } = error;
  return new MessagingError(code, message, { reason, cause, uncertain: false });
}

/** Creates the error for a message whose caller aborted it. */
export function aborted(): MessagingError {
  return new MessagingError("ABORTED", "The sending was aborted.");
}
