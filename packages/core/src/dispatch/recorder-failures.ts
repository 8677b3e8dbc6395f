import type { Logger } from "../contracts/logger.js";
import { faultOf } from "../internal/fault.js";

/** Milliseconds between two lines of the log: a recorder that fails does so on every call. */
const quietMs = 10_000;

/** Logs that the recorder failed: the first failure at once, then how many there were since. */
export function recorderFailures(
  logger: Logger,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  return (error) => {
    failures += 1;
    if (now() - toldAt < quietMs) return;
    toldAt = now();
    logger.error({ error: faultOf(error), failures }, "the recorder of calls failed");
    failures = 0;
  };
}
