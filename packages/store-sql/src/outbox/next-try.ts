import type { RetryPolicy, SendResult } from "@bookend/core";
import { cleanText } from "../audit/clean-text.js";
import type { DeliveryRow } from "./delivery-row.js";
import { retryAfterOf } from "./retry-after.js";

/** The state of a delivery after an attempt. `due` is in milliseconds since 1970. */
export interface Settled {
  readonly state: "waiting" | "sent" | "dead" | "cancelled";
  readonly due: number;
  readonly reason: string | null;
  /** Whether the payload is no longer needed. */
  readonly isUseless: boolean;
}

/** The result of an attempt, and when it ended, in milliseconds since 1970. */
export interface TryEnd {
  readonly result: SendResult;
  readonly now: number;
  /** A number from 0 to 1, for jitter. */
  readonly random: number;
}

/** The assumed result of an attempt whose process disappeared. The result says nothing about the destination. */
export const abandonedResult: SendResult = {
  status: "failed",
  reason: "the process that sent it ended or lost its lease",
  uncertain: true,
};

/** Maximum length of a stored reason, in UTF-16 code units. */
const maxReasonLength = 500;

/** Decides whether and when a delivery is attempted again. */
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
    return ended("dead", `${reason}; it is unknown whether it was accepted`);
  if (result.permanent) return ended("dead", reason);
  const pause = scheduleMs[row.attempt - row.replayed_at - 1];
  if (pause === undefined) return ended("dead", `${reason}; number of attempts: ${row.attempt - row.replayed_at}`);
  const waitMs = Math.max(Math.round(pause * (1 + jitter * random)), retryAfterOf(result));
  const due = now + waitMs;
  if (due >= row.expires) return ended("dead", `${reason}; it is too old for another attempt`, true);
  return { ...ended("waiting", reason), due };
}
