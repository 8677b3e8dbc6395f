import { randomUUID } from "node:crypto";
import { BookendError } from "./errors.js";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Outcome } from "./outcome.js";

/** An effect outside of the process, rendered and ready to be sent. */
export interface Delivery<P = JsonValue> {
  /** The same over all tries. */
  readonly id: string;
  /** `handler/kind`, e.g. `UserNotification/mail`. */
  readonly kind: string;
  /** JSON; may hold secrets, so a store encrypts it. */
  readonly payload: P;
  readonly createdAt: Date;
  readonly callId: string;
  readonly event: string;
  readonly bindingId: number;
  readonly bindingName: string;
}

/** How one try ended. */
export type SendResult =
  | { readonly status: "sent"; readonly details?: { readonly [key: string]: JsonValue } | undefined }
  | {
      readonly status: "failed";
      /** Written for the audit log; no secrets. */
      readonly reason: string;
      /** Trying again cannot help. Default false. */
      readonly permanent?: boolean | undefined;
      /** Milliseconds that the peer asked to wait. */
      readonly retryAfterMs?: number | undefined;
    };

/** Sends a delivery once. A throw is a failed try that may be repeated. */
export type Sender<P> = (
  delivery: Delivery<P>,
  context: { readonly signal: AbortSignal; readonly attempt: number },
) => MaybePromise<SendResult>;

/** A kind of delivery that a handler can send, now or later, here or in another process. */
export interface DeliveryKind<P> {
  /** Unique within its handler, e.g. `mail`. */
  readonly name: string;
  readonly send: Sender<P>;
}

/** Returns its argument, typed. `P` must survive JSON. */
export function defineDelivery<P>(kind: DeliveryKind<P>): DeliveryKind<P> {
  return kind;
}

/** Takes deliveries. */
export interface Outbox {
  /** Told once of every kind that registered handlers send, before anything is submitted. */
  register?(kinds: ReadonlyMap<string, Sender<JsonValue>>): void;
  /** Sends or stores a delivery; the outcome becomes that of the action. */
  submit(delivery: Delivery, send: Sender<JsonValue>, signal: AbortSignal): MaybePromise<Outcome>;
}

/** Sends at once, and once: the action's success is the sending's. */
export function inlineOutbox(): Outbox {
  return {
    async submit(delivery, send, signal) {
      const result = checkSendResult(await send(delivery, { signal, attempt: 1 }), delivery.kind);
      return result.status === "sent"
        ? { status: "done", details: { delivery: delivery.id, ...result.details } }
        : { status: "failed", reason: result.reason, details: { delivery: delivery.id } };
    },
  };
}

/**
 * The result that a sender returned.
 *
 * @throws {BookendError} DELIVERY_INVALID if it is not one
 */
export function checkSendResult(result: unknown, kind: string): SendResult {
  const given = result as SendResult | null | undefined;
  if (typeof given === "object" && given !== null) {
    if (given.status === "sent") return given;
    if (given.status === "failed" && typeof given.reason === "string") return given;
  }
  throw new BookendError(
    "DELIVERY_INVALID",
    `${kind}: its sender returned something that is not a result. Allowed: { status: "sent" }, { status: "failed", reason }.`,
  );
}

/** A fresh delivery id. */
export function createDeliveryId(): string {
  return `dlv_${randomUUID()}`;
}
