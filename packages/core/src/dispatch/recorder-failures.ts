import type { Logger } from "../contracts/logger.js";
import { faultOf } from "../internal/fault.js";

/** Minimum milliseconds between two log lines; without a limit, a broken recorder would log on every call. */
const quietMs = 10_000;

/**
 * Creates the function that logs failures of the recorder: the first failure immediately, later ones at most every 10
 * s, with their number since the previous log line.
 */
export function recorderFailures(
  logger: Logger,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  return (error) => {
    failures += 1;
    if (now() - loggedAt < quietMs) return;
    loggedAt = now();
    logger.error({ error: faultOf(error), failures }, "the recorder of calls failed");
    failures = 0;
  };
}
