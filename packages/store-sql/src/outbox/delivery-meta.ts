import { defaultRetryPolicy, type RetryPolicy } from "@bookend/core";

/** The fields of a delivery that are stored together in the column `meta`, since they are never searched. */
export interface DeliveryMeta {
  readonly event: string;
  readonly bindingName: string;
  readonly retry: RetryPolicy;
  readonly key?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** A row with the column `meta`. */
interface Described {
  /** JSON of a {@link DeliveryMeta}. */
  readonly meta: string;
}

/** The maximum time of a `Date`, in milliseconds since 1970. */
export const lastTime = 8_640_000_000_000_000;

/** The reason why a delivery is not sent if something else has written its column `meta`. */
export const unreadableReason = "its record is damaged: its meta is not what the outbox wrote";

/**
 * Used instead of a meta that cannot be read. It does not allow another attempt after an attempt whose result is
 * uncertain, since it is unknown what the binding allowed.
 */
const unreadable: DeliveryMeta = {
  event: "",
  bindingName: "",
  retry: { ...defaultRetryPolicy, whenUncertain: "stop" },
};

const metas = new WeakMap<Described, DeliveryMeta>();

/**
 * Returns the fields of a row that have no separate column, parsed once. Never throws: a damaged row must not keep
 * others from being sent.
 */
export function metaOf(row: Described): DeliveryMeta {
  const known = metas.get(row);
  if (known !== undefined) return known;
  const meta = readMeta(row.meta);
  metas.set(row, meta);
  return meta;
}

/** Returns whether the column `meta` of a row cannot be read. */
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
