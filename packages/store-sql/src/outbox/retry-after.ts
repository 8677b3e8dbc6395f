import type { SendResult } from "@bookend/core";

/**
 * Returns the milliseconds that a peer asked to wait, as a whole number; 0 if it did not ask, or if its number is not a
 * valid time.
 */
export function retryAfterOf(result: SendResult): number {
  const wanted = result.status === "failed" ? (result.retryAfterMs ?? 0) : 0;
  return Number.isFinite(wanted) && wanted > 0 ? Math.min(Math.ceil(wanted), longestMs) : 0;
}

/** A hundred years in milliseconds, which is longer than any delivery is kept. */
const longestMs = 3_155_760_000_000;
