import { MessagingError } from "./errors.js";

/** A signal that aborts when the caller's does or the time is up, with a MessagingError as its reason. */
export interface Deadline {
  signal: AbortSignal;
  /**
   * To be called right before something is sent: the timer of a deadline that has passed may not have had its turn yet.
   *
   * @throws {MessagingError} TIMEOUT, ABORTED; neither is uncertain, since nothing was sent
   */
  check(): void;
  /** To be called when what it limits has ended. */
  end(): void;
}

/** A clock that no change of the time of day moves, in milliseconds. */
export type MonotonicClock = () => number;

/** The clock of this process. */
export const monotonicNow = (): number => performance.now();

/** Starts the time. */
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

/** The error for a message that was not sent, or not completely, within its deadline. */
export function tooLate(peer: string, ms: number): MessagingError {
  return new MessagingError("TIMEOUT", `${peer}: not completed within ${ms} ms of being submitted.`);
}

/** The error for a sending whose signal has aborted: that of its deadline, or `ABORTED`. */
export function abortReason(signal: AbortSignal | undefined): MessagingError {
  return signal?.reason instanceof MessagingError ? signal.reason : aborted();
}

/** An error of a message of which nothing was sent: it is certain, whatever its code says. */
export function unsent(error: unknown): unknown {
  if (!(error instanceof MessagingError && error.uncertain)) return error;
  const { code, message, reason, cause } = error;
  return new MessagingError(code, message, { reason, cause, uncertain: false });
}

/** The error for a sending that its caller aborted. */
export function aborted(): MessagingError {
  return new MessagingError("ABORTED", "The sending was aborted.");
}
