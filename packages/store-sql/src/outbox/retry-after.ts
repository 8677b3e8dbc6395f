import type { SendResult } from "@bookend/core";

/** How long a peer asks to wait, in whole milliseconds; 0 if it does not say, or if its number is not a valid time. */
export function retryAfterOf(result: SendResult): number {
  const wanted = result.status === "failed" ? (result.retryAfterMs ?? 0) : 0;
  return Number.isFinite(wanted) && wanted > 0 ? Math.min(Math.ceil(wanted), longestMs) : 0;
}

/** Longer than any delivery is kept: a hundred years. */
const longestMs = 3_155_760_000_000;
