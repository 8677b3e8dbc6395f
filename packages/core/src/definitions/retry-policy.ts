import type { RetryPolicy } from "../contracts/delivery.js";
import { isTimeLimit, timeLimitAllowed } from "../internal/time-limit.js";
import { isDeliveryAge, maxDeliveryAgeMs } from "./delivery-age.js";

/** Maximum number of pauses in `scheduleMs`. */
const maxTries = 100;

/**
 * Returns the first field of a policy that is not valid, with the allowed values; undefined if all fields are valid.
 */
export function retryProblem(
  policy: { readonly [K in keyof RetryPolicy]?: unknown },
): readonly [field: keyof RetryPolicy, allowed: string] | undefined {
  const { scheduleMs, jitter, timeoutMs, maxAgeMs, whenUncertain } = policy;
  const isPause = (value: unknown) => value === 0 || isTimeLimit(value);
  if (
    scheduleMs !== undefined &&
    !(Array.isArray(scheduleMs) && scheduleMs.length <= maxTries && scheduleMs.every(isPause))
  ) {
    return ["scheduleMs", `a list of at most ${maxTries} numbers of milliseconds`];
  }
  if (jitter !== undefined && !(typeof jitter === "number" && jitter >= 0 && jitter <= 1)) {
    return ["jitter", "a number from 0 to 1"];
  }
  if (timeoutMs !== undefined && !isTimeLimit(timeoutMs)) return ["timeoutMs", timeLimitAllowed];
  if (maxAgeMs !== undefined && !isDeliveryAge(maxAgeMs)) {
    return ["maxAgeMs", `a number of milliseconds above 0 and at most ${maxDeliveryAgeMs}`];
  }
  if (whenUncertain !== undefined && whenUncertain !== "retry" && whenUncertain !== "stop") {
    return ["whenUncertain", "retry, stop"];
  }
  return undefined;
}
