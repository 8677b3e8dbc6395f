import type { Logger } from "../contracts/logger.js";
import { faultOf } from "../internal/fault.js";

/** Milliseconds between two log lines; without a limit, a broken recorder would log on every call. */
const quietMs = 10_000;

/** Logs failures of the recorder: the first one immediately, then the number of further ones. */
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
