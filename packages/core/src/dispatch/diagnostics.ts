import { channel, tracingChannel } from "node:diagnostics_channel";
import type { Call } from "../contracts/call.js";
import type { Delivery } from "../contracts/delivery.js";
import type { PlannedBinding } from "./plan.js";

/** The message to subscribers of `tracing:bookend.call:*`. */
export interface CallTrace {
  readonly call: Call;
}

/**
 * The message to subscribers of `tracing:bookend.action:*`; `outcome` is present once the action has ended without a
 * fault.
 */
export interface ActionTrace {
  readonly call: Call;
  readonly bindingId: number;
  readonly bindingName: string;
  /** `UserNotification:sendmail` */
  readonly action: string;
  outcome?: string;
}

/**
 * The message to subscribers of `tracing:bookend.delivery:*`, one for each attempt; `outcome` is present once the
 * attempt has ended, unless the sender threw.
 */
export interface DeliveryTrace {
  readonly delivery: Pick<Delivery, "id" | "kind" | "destination" | "callId" | "bindingId" | "traceparent">;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Milliseconds since the delivery became due; undefined for a delivery that is sent during its call. */
  readonly queuedMs?: number;
  outcome?: "sent" | "failed" | "uncertain";
  /** The class of the HTTP status, such as `2xx`, if the peer responds with HTTP statuses. */
  statusClass?: string;
}

/** An event of an outbox that keeps deliveries, as subscribers of `bookend.outbox` receive it. */
export type OutboxEvent =
  | { readonly type: "claimed"; readonly count: number }
  /** A process held deliveries for longer than its lease, so another process may send them, too. */
  | { readonly type: "lease-lost"; readonly count: number }
  /** A delivery reached its final state. */
  | { readonly type: "ended"; readonly kind: string; readonly state: "sent" | "dead" | "cancelled" }
  | { readonly type: "destination"; readonly name: string; readonly state: "open" | "paused" | "disabled" };

/**
 * The message to subscribers of `bookend.condition.unknown`: the call has no value for a condition that was evaluated.
 */
export interface UnknownConditionTrace {
  readonly call: Call;
  readonly condition: string;
}

/** The message to subscribers of `bookend.bindings`, published whenever bindings come into force. */
export interface BindingsTrace {
  /** Identifies the Bookend: all of its messages contain the same object. */
  readonly source: object;
  /** Milliseconds that reading and compiling the bindings took; 0 when the Bookend is closed. */
  readonly durationMs: number;
  readonly active: number;
  readonly inactive: number;
  /** Active bindings that cannot run. Each call in which such a binding would have run has a failed audit entry. */
  readonly broken: number;
}

/**
 * The message to subscribers of `bookend.audit` after the audit sink has accepted entries or failed to accept them.
 * Success is published only if the sink returned a promise.
 */
export interface AuditTrace {
  readonly outcome: "written" | "failed";
  /** Milliseconds that the sink took; present only if it succeeded. */
  readonly durationMs?: number;
}

/** Tracing channel of calls whose event has bindings: from the first condition to the last post action. */
export const callChannel = tracingChannel<"bookend.call", CallTrace>("bookend.call");

/** Tracing channel of actions, within their time limit. */
export const actionChannel = tracingChannel<"bookend.action", ActionTrace>("bookend.action");

/** Tracing channel of attempts to send deliveries, during a call or later. */
export const deliveryChannel = tracingChannel<"bookend.delivery", DeliveryTrace>("bookend.delivery");

const outboxChannel = channel("bookend.outbox");

/** Publishes on the channel `bookend.outbox`. */
export function publishOutboxEvent(event: OutboxEvent): void {
  if (outboxChannel.hasSubscribers) outboxChannel.publish(event);
}

/** Channel of unknown conditions. */
export const unknownConditionChannel = channel("bookend.condition.unknown");

/** Channel of the audit log. */
export const auditChannel = channel("bookend.audit");

const bindingsChannel = channel("bookend.bindings");

/** Publishes how many bindings are in force, on the channel `bookend.bindings`. */
export function publishBindings(source: object, durationMs: number, bindings: readonly PlannedBinding[]): void {
  if (!bindingsChannel.hasSubscribers) return;
  let active = 0;
  let broken = 0;
  for (const { binding, action } of bindings) {
    if (!binding.active) continue;
    active += 1;
    if (action === undefined) broken += 1;
  }
  const trace: BindingsTrace = { source, durationMs, active, inactive: bindings.length - active, broken };
  bindingsChannel.publish(trace);
}
