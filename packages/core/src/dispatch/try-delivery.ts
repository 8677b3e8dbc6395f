import type { AnyDeliveryKind, Delivery, SendResult } from "../contracts/delivery.js";
import { BookendError } from "../contracts/errors.js";
import { faultOf } from "../internal/fault.js";
import { isRecord } from "../internal/is-record.js";
import { problemMessage } from "../internal/problem-message.js";
import { type DeliveryTrace, deliveryChannel } from "./diagnostics.js";

/** Dependencies of one attempt. */
export interface DeliveryTry {
  readonly signal: AbortSignal;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /**
   * Milliseconds from the time at which the delivery was due until this attempt. Undefined for a delivery that did not
   * wait in an outbox.
   */
  readonly queuedMs?: number | undefined;
  /** Whether the outbox stores `references` and accepts receipts. Default false. */
  readonly receipts?: boolean | undefined;
}

/**
 * Sends a delivery once, and publishes on the tracing channel `bookend.delivery`. Outboxes call it for each attempt.
 * Never rejects: if the sender throws or returns something that is not a result, the attempt has failed, and it is
 * unknown whether the peer accepted the delivery.
 */
export async function tryDelivery(
  kind: AnyDeliveryKind,
  delivery: Delivery,
  context: DeliveryTry,
): Promise<SendResult> {
  try {
    return await sendOnce(kind, delivery, context);
  } catch (error) {
    const { class: name, code } = faultOf(error);
    return { status: "failed", reason: `${name} ${code}`, uncertain: true };
  }
}

/**
 * Like {@link tryDelivery}, but rejects with the error that the sender throws. @throws {BookendError} DELIVERY_INVALID
 * for anything that is not a result
 */
export async function sendOnce(
  kind: AnyDeliveryKind,
  delivery: Delivery,
  { signal, attempt, queuedMs, receipts }: DeliveryTry,
): Promise<SendResult> {
  const send = async () =>
    checkSendResult(await kind.send(delivery, { signal, attempt, ...(receipts && { receipts }) }), delivery.kind);
  if (!deliveryChannel.start.hasSubscribers) return send();
  const trace: DeliveryTrace = { delivery: traced(delivery), attempt, ...(queuedMs !== undefined && { queuedMs }) };
  return deliveryChannel.tracePromise(async () => {
    const result = await send();
    trace.outcome = result.status === "sent" ? "sent" : result.uncertain ? "uncertain" : "failed";
    const statusClass = statusClassOf(result);
    if (statusClass !== undefined) trace.statusClass = statusClass;
    return result;
  }, trace);
}

function traced({ id, kind, destination, callId, bindingId, traceparent }: Delivery): DeliveryTrace["delivery"] {
  return { id, kind, destination, callId, bindingId, ...(traceparent !== undefined && { traceparent }) };
}

/** Returns the class of the HTTP status in the details of a result, such as `2xx`; undefined if there is none. */
function statusClassOf(result: SendResult): string | undefined {
  const status = result.details?.status;
  return typeof status === "number" && status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : undefined;
}

/** Maximum length of a reason, in characters; outboxes and audit logs may keep less. */
const maxReasonLength = 2_000;

/** Maximum number of references in a result. */
const maxReferences = 255;

/**
 * Returns a copy of the result that a sender returned. Each field is read only once, so that a getter that throws makes
 * only this attempt fail. A field of the wrong type counts as absent.
 *
 * @throws {BookendError} DELIVERY_INVALID if it is not a result
 */
export function checkSendResult(result: unknown, kind: string): SendResult {
  if (isRecord(result)) {
    const { status, details: given } = result;
    const details = isRecord(given) ? { details: given as NonNullable<SendResult["details"]> } : undefined;
    if (status === "sent") {
      const { references: all } = result;
      const some: readonly unknown[] = Array.isArray(all) ? all.slice(0, maxReferences) : [];
      const references = some.filter((reference) => typeof reference === "string");
      return { status, ...details, ...(references.length > 0 && { references }) };
    }
    const { reason, permanent, retryAfterMs, uncertain, destination } = result;
    if (status === "failed" && typeof reason === "string") {
      return {
        status,
        reason: reason.slice(0, maxReasonLength),
        ...(typeof permanent === "boolean" && { permanent }),
        ...(typeof retryAfterMs === "number" && { retryAfterMs }),
        ...(typeof uncertain === "boolean" && { uncertain }),
        ...((destination === "wait" || destination === "disable") && { destination }),
        ...details,
      };
    }
  }
  throw new BookendError(
    "DELIVERY_INVALID",
    problemMessage(
      "its sender returned something that is not a result",
      '{ status: "sent" }, { status: "failed", reason }',
      kind,
    ),
  );
}
