import type { Binding } from "@bookend/core";

/** Longest time that a secret may wait in an outbox without a warning, in milliseconds. */
const shortMs = 3_600_000;

/** What is said of a secret in a message that is. */
export const keptLong =
  "the outbox keeps it for up to 27 hours while the peer is away; a max_age of 1h or less shortens that";

/** Whether a message of this binding may wait in the outbox for longer than an hour. */
export function isKeptLong(
  { delivery }: Pick<Binding, "delivery">,
  { max_age }: { readonly max_age?: number | undefined },
): boolean {
  return delivery === "durable" && (max_age ?? Number.POSITIVE_INFINITY) > shortMs;
}
