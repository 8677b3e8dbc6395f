import { channel, tracingChannel } from "node:diagnostics_channel";
import type { Call } from "../contracts/call.js";
import type { Delivery } from "../contracts/delivery.js";

/** What subscribers of `bookend.call` are given. */
export interface CallTrace {
  readonly call: Call;
}

/** What subscribers of `bookend.action` are given; `outcome` is there when the action has ended. */
export interface ActionTrace {
  readonly call: Call;
  readonly bindingId: number;
  readonly bindingName: string;
  /** `UserNotification:sendmail` */
  readonly action: string;
  outcome?: string;
}

/** What subscribers of `bookend.delivery` are given, once for each try; `outcome` is there when it has ended and the sender did not throw. */
export interface DeliveryTrace {
  readonly delivery: Pick<Delivery, "id" | "kind" | "destination" | "callId" | "bindingId" | "traceparent">;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds that it waited since it was due. */
  readonly queuedMs: number;
  outcome?: "sent" | "failed" | "uncertain";
  /** `2xx` of a peer that answers with HTTP statuses. */
  statusClass?: string;
}

/** What subscribers of `bookend.outbox` are told of an outbox that keeps deliveries. */
export type OutboxEvent =
  | { readonly type: "claimed"; readonly count: number }
  /** A process took longer than its lease: another one may send it too. */
  | { readonly type: "lease-lost"; readonly count: number }
  /** A delivery reached its final state. */
  | { readonly type: "ended"; readonly kind: string; readonly state: "sent" | "dead" | "cancelled" }
  | { readonly type: "destination"; readonly name: string; readonly state: "open" | "paused" | "disabled" };

/** Tracing channel of calls whose event has bindings: from the first condition to the last post action. */
export const callChannel = tracingChannel<"bookend.call", CallTrace>("bookend.call");

/** Tracing channel of actions. */
export const actionChannel = tracingChannel<"bookend.action", ActionTrace>("bookend.action");

/** Tracing channel of tries to send deliveries, during a call or later. */
export const deliveryChannel = tracingChannel<"bookend.delivery", DeliveryTrace>("bookend.delivery");

const outboxChannel = channel("bookend.outbox");

/** Tells the channel `bookend.outbox`. */
export function publishOutboxEvent(event: OutboxEvent): void {
  if (outboxChannel.hasSubscribers) outboxChannel.publish(event);
}
