import type { Binding } from "../contracts/binding.js";

/**
 * The maximum age of a delivery, in milliseconds: a year of 365 days. It is only compared with the current time, since
 * no timer can run that long.
 */
export const maxDeliveryAgeMs = 31_536_000_000;

/**
 * Limits for an option that becomes the `maxAgeMs` of a delivery, for `duration` of `@bookend/zod`: `deliver` accepts
 * every value within them.
 */
export const deliveryAge: { readonly min: string; readonly max: string } = Object.freeze({ min: "1s", max: "1y" });

/**
 * Limits for an option that becomes the `scheduleMs` of a delivery's retry policy, for `durations` of `@bookend/zod`:
 * `deliver` accepts every value within them.
 */
export const retrySchedule: { readonly min: string; readonly max: string; readonly maxItems: number } = Object.freeze({
  min: "1s",
  max: "24d",
  maxItems: 100,
});

/** Returns whether a value is valid as the age after which a delivery is abandoned. */
export function isDeliveryAge(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= maxDeliveryAgeMs;
}

/** Maximum milliseconds that a secret may wait in an outbox without a warning. */
const shortMs = 3_600_000;

/**
 * Describes the effect of an outbox on a secret in a delivery of a binding, for the `check` of an action, as the
 * `danger` of {@link secretTagProblems}. Undefined if the binding delivers during the call, or if nothing can wait for
 * more than an hour.
 *
 * @param option Name of the option from which `maxAgeMs` is taken.
 */
export function secretIsKept(
  { delivery }: Pick<Binding, "delivery">,
  { option, maxAgeMs }: { readonly option: string; readonly maxAgeMs: number | undefined },
): string | undefined {
  if (delivery !== "durable" || (maxAgeMs ?? Number.POSITIVE_INFINITY) <= shortMs) return undefined;
  return `the outbox keeps it for days if the peer is unavailable; set ${option} to 1h or less to shorten that`;
}
