import { defaultRetryPolicy, type RetryPolicy } from "@bookend/core";

/** What nothing is searched by. */
export interface DeliveryMeta {
  readonly event: string;
  readonly bindingName: string;
  readonly retry: RetryPolicy;
  readonly key?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** A row with that column. */
interface Described {
  /** JSON. */
  readonly meta: string;
}

/** The last time that a `Date` can have. */
export const lastTime = 8_640_000_000_000_000;

/** Why a delivery is not sent whose column `meta` something else has written. */
export const unreadableReason = "its record is damaged: its meta is not what the outbox wrote";

/** Instead of one that cannot be read. It must not lead to a second try: nobody knows what the binding allowed. */
const unreadable: DeliveryMeta = {
  event: "",
  bindingName: "",
  retry: { ...defaultRetryPolicy, whenUncertain: "stop" },
};

const metas = new WeakMap<Described, DeliveryMeta>();

/** The fields of a row that have no column of their own. They are parsed once. Never throws: one damaged row must not keep others from being sent. */
export function metaOf(row: Described): DeliveryMeta {
  const known = metas.get(row);
  if (known !== undefined) return known;
  const meta = readMeta(row.meta);
  metas.set(row, meta);
  return meta;
}

/** Whether nobody can tell how a delivery is to be sent. */
export function isUnreadable(row: Described): boolean {
  return metaOf(row) === unreadable;
}

function readMeta(text: string): DeliveryMeta {
  try {
    const value: unknown = JSON.parse(text);
    return isMeta(value) ? value : unreadable;
  } catch {
    return unreadable;
  }
}

type Unchecked<T> = { readonly [Name in keyof T]?: unknown };

function isMeta(value: unknown): value is DeliveryMeta {
  if (typeof value !== "object" || value === null) return false;
  const { event, bindingName, retry, key, traceparent } = value as Unchecked<DeliveryMeta>;
  const texts = [event, bindingName, key ?? "", traceparent ?? ""];
  return texts.every((text) => typeof text === "string") && isRetryPolicy(retry);
}

function isRetryPolicy(value: unknown): value is RetryPolicy {
  if (typeof value !== "object" || value === null) return false;
  const { scheduleMs, jitter, timeoutMs, maxAgeMs, whenUncertain } = value as Unchecked<RetryPolicy>;
  return (
    Array.isArray(scheduleMs) &&
    [...scheduleMs, jitter, timeoutMs, maxAgeMs ?? 0].every(isTime) &&
    (whenUncertain === "retry" || whenUncertain === "stop")
  );
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= lastTime;
}
