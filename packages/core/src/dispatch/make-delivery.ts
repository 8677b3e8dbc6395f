import type { Binding } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import {
  type AnyDeliveryKind,
  createDeliveryId,
  type DeliverOptions,
  type Delivery,
  defaultRetryPolicy,
  type RetryPolicy,
} from "../contracts/delivery.js";
import { BookendError } from "../contracts/errors.js";
import type { JsonValue } from "../contracts/json.js";
import { retryProblem } from "../definitions/retry-policy.js";
import { notJson } from "../internal/not-json.js";
import { problemMessage } from "../internal/problem-message.js";

/** Maximum length of a summary, in characters. */
const maxSummaryLength = 200;

/** The origin of a delivery. */
export interface DeliverySource {
  readonly binding: Binding;
  readonly call: Call;
  readonly now: Date;
}

/**
 * Creates a delivery of an action.
 *
 * @throws {BookendError} DELIVERY_INVALID if the payload is not JSON, or an option or the destination is not valid
 */
export function makeDelivery(
  kind: AnyDeliveryKind,
  payload: unknown,
  options: DeliverOptions,
  { binding, call, now }: DeliverySource,
): Delivery {
  const name = `${binding.handler}/${kind.name}`;
  const refused = (field: string, found: string, allowed: string) =>
    new BookendError("DELIVERY_INVALID", problemMessage(`${field} is ${found}`, allowed, name));
  const wrong = notJson(payload);
  if (wrong) {
    const path = ["payload", ...(wrong.path === "" ? [] : [wrong.path])].join(".");
    throw refused(path, wrong.found, "JSON");
  }
  const { key, notBefore, ordered = false } = options;
  if (key !== undefined && !(typeof key === "string" && key.length > 0 && key.length <= 500)) {
    throw refused("key", "not valid", "a string of 1 to 500 characters");
  }
  if (notBefore !== undefined && !(notBefore instanceof Date && Number.isFinite(notBefore.getTime()))) {
    throw refused("notBefore", "not valid", "a date");
  }
  if (typeof ordered !== "boolean") throw refused("ordered", "not valid", "true, false");
  const destination: unknown = kind.destination?.(payload as JsonValue) ?? name;
  if (typeof destination !== "string" || !/^[^\p{Cc}\p{Surrogate}]{1,200}$/u.test(destination)) {
    throw refused(
      "its destination",
      "not valid",
      "a string of 1 to 200 characters without control characters or unpaired surrogates",
    );
  }
  const summary: unknown = kind.summary?.(payload as JsonValue) ?? "";
  if (typeof summary !== "string") throw refused("its summary", "not valid", "a string");
  const retry = retryOf(kind, options);
  const fault = retryProblem(retry);
  if (fault) throw refused(`retry.${fault[0]}`, "not valid", fault[1]);
  const traceparent = call.request.headers.traceparent;
  return {
    id: createDeliveryId(key === undefined ? undefined : [name, binding.id, key]),
    kind: name,
    version: kind.version ?? 1,
    payload: payload as JsonValue,
    destination,
    summary: cutSummary(summary),
    retry,
    ...(notBefore && { notBefore }),
    ...(ordered && { ordered }),
    ...(key !== undefined && { key }),
    ...(isTraceparent(traceparent) && { traceparent }),
    createdAt: now,
    callId: call.id,
    event: call.event,
    bindingId: binding.id,
    bindingName: binding.name,
  };
}

/**
 * Shortens a summary to one line that databases and JSON can represent: an unpaired surrogate becomes U+FFFD, or is
 * omitted at the end.
 */
function cutSummary(summary: string): string {
  const cut = summary
    .slice(0, maxSummaryLength * 4)
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, maxSummaryLength);
  return cut.replace(/[\ud800-\udbff]$/, "").replace(/\p{Surrogate}/gu, "\ufffd");
}

function retryOf(kind: AnyDeliveryKind, { retry, maxAgeMs }: DeliverOptions): RetryPolicy {
  return { ...defaultRetryPolicy, ...known(kind.retry), ...known(retry), ...known({ maxAgeMs }) };
}

/** Omits fields that are undefined. */
function known(policy: Partial<RetryPolicy> | undefined): Partial<RetryPolicy> {
  return Object.fromEntries(Object.entries(policy ?? {}).filter(([, value]) => value !== undefined));
}

function isTraceparent(header: unknown): header is string {
  return typeof header === "string" && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(header);
}
