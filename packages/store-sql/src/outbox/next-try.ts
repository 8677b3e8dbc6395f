import type { RetryPolicy, SendResult } from "@bookend/core";
import { cleanText } from "../audit/clean-text.js";
import type { DeliveryRow } from "./delivery-row.js";
import { retryAfterOf } from "./retry-after.js";

/** What becomes of a delivery after a try. */
export interface Settled {
  readonly state: "waiting" | "sent" | "dead" | "cancelled";
  readonly due: number;
  readonly reason: string | null;
  /** Whether the payload is of no further use. */
  readonly isUseless: boolean;
}

/** How a try ended, and when. */
export interface TryEnd {
  readonly result: SendResult;
  readonly now: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
}

/** The assumed result of a try whose process disappeared. It says nothing about the destination. */
export const abandonedResult: SendResult = {
  status: "failed",
  reason: "the process that sent it ended or was cut off",
  uncertain: true,
};

/** Longest reason that is kept. */
const maxReasonLength = 500;

/** Decides whether, and when, a delivery is tried again. */
export function settle(
  row: Pick<DeliveryRow, "attempt" | "replayed_at" | "cancelling" | "expires" | "due">,
  { scheduleMs, jitter, whenUncertain }: RetryPolicy,
  { result, now, random }: TryEnd,
): Settled {
  const ended = (state: Settled["state"], reason: string | null, isUseless = false): Settled => ({
    state,
    due: row.due,
    reason: reason === null ? null : cleanText(reason.replace(/\p{Cc}+/gu, " "), maxReasonLength),
    isUseless,
  });
  if (result.status === "sent") return ended("sent", null);
  const { reason } = result;
  if (row.cancelling === 1) return ended("cancelled", reason);
  if (result.uncertain && whenUncertain === "stop")
    return ended("dead", `${reason}; nobody knows whether it was taken`);
  if (result.permanent) return ended("dead", reason);
  const pause = scheduleMs[row.attempt - row.replayed_at - 1];
  if (pause === undefined) return ended("dead", `${reason}; it was tried ${row.attempt - row.replayed_at} times`);
  const waitMs = Math.max(Math.round(pause * (1 + jitter * random)), retryAfterOf(result));
  const due = now + waitMs;
  if (due >= row.expires) return ended("dead", `${reason}; it is too old for another try`, true);
  return { ...ended("waiting", reason), due };
}
