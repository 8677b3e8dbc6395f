import { createHash, randomUUID } from "node:crypto";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";

/** An effect outside of the process, rendered and ready to be sent. */
export interface Delivery<P = JsonValue> {
  /** The same over all tries and replays. Two deliveries with the same `key` have the same id. */
  readonly id: string;
  /** `handler/kind`, e.g. `UserNotification/mail`. */
  readonly kind: string;
  /** Version of the payload: that of its kind when it was made. */
  readonly version: number;
  /** JSON; may hold secrets, so a store encrypts it. */
  readonly payload: P;
  /** The destination, which shares a circuit and limits, such as `smtp:office` or `https://hooks.example`. */
  readonly destination: string;
  /** One line for operators, without secrets; may be empty. */
  readonly summary: string;
  /** How it is tried again. */
  readonly retry: RetryPolicy;
  /** Not sent earlier than this. */
  readonly notBefore?: Date | undefined;
  /** Whether it waits for earlier ordered deliveries to its destination. */
  readonly ordered?: boolean | undefined;
  /** Two deliveries of one kind and binding with the same key are one. */
  readonly key?: string | undefined;
  /** The W3C trace context of the call. */
  readonly traceparent?: string | undefined;
  readonly createdAt: Date;
  readonly callId: string;
  readonly event: string;
  readonly bindingId: number;
  readonly bindingName: string;
}

/** How deliveries of a kind are tried again. */
export interface RetryPolicy {
  /** Milliseconds before the second try, the third, …; after the last the delivery is dead. */
  readonly scheduleMs: readonly number[];
  /** Up to which part of a pause is added to it, by chance; from 0 to 1. */
  readonly jitter: number;
  /** Milliseconds that one try may take. */
  readonly timeoutMs: number;
  /** Milliseconds from its creation after which a delivery is no longer sent. Default: no limit but the schedule. */
  readonly maxAgeMs?: number | undefined;
  /** The behavior when it is unknown whether the peer accepted it: it is sent again, or it is dead. */
  readonly whenUncertain: "retry" | "stop";
}

/**
 * The retry policy of a kind that says nothing else: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each with up to 20 % more; 30 s
 * for a try; what is uncertain is sent again.
 */
export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  scheduleMs: Object.freeze([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]),
  jitter: 0.2,
  timeoutMs: 30_000,
  whenUncertain: "retry",
});

/** How one try ended. */
export type SendResult =
  | {
      readonly status: "sent";
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
      /**
       * The names by which the peer reports later what became of it, such as the ids of short messages: 1 to 200 characters each, at most 255.
       * An outbox that takes receipts keeps them; others are left out.
       */
      readonly references?: readonly string[] | undefined;
    }
  | {
      readonly status: "failed";
      /** Written for the audit log; no secrets. */
      readonly reason: string;
      /** Trying again cannot help. Default false. */
      readonly permanent?: boolean | undefined;
      /** Milliseconds that the peer asked to wait. */
      readonly retryAfterMs?: number | undefined;
      /** It is unknown whether the peer accepted it: its response was lost. Default false. */
      readonly uncertain?: boolean | undefined;
      /**
       * The consequence for the whole destination: `wait` pauses it (for `retryAfterMs`, where that is given), `disable` ends it until an
       * operator resumes it. Default: only this delivery failed, which counts towards the destination's circuit.
       */
      readonly destination?: "wait" | "disable" | undefined;
      /** As of a success; `status` is an HTTP status. */
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
    };

/** Sends a delivery once. If it throws, the try has failed, it can be repeated, and it is unknown whether the peer accepted the delivery. */
export type Sender<P> = (
  delivery: Delivery<P>,
  context: {
    readonly signal: AbortSignal;
    readonly attempt: number;
    /** Whether `references` of the result are kept and receipts are taken. Default false: nobody would learn of them. */
    readonly receipts?: boolean | undefined;
  },
) => MaybePromise<SendResult>;

/** A kind of delivery that a handler can send, now or later, here or in another process. */
export interface DeliveryKind<P> {
  /** Unique within its handler, e.g. `mail`. */
  readonly name: string;
  readonly send: Sender<P>;
  /** Version of the payload, an integer from 1. A change that older code or older payloads cannot bear makes it one more. Default 1. */
  readonly version?: number | undefined;
  /** Makes a payload of an earlier version into one of this version. */
  readonly upgrade?: ((payload: JsonValue, version: number) => P) | undefined;
  /**
   * Where a payload goes, e.g. `smtp:office` or the origin of a URL: few names, never a whole URL, 1 to 200 characters without control
   * characters. Deliveries to the same destination share a circuit and limits. Default: the name of the kind.
   */
  readonly destination?: ((payload: P) => string) | undefined;
  /** One line for operators: no secrets, no personal data that it can do without; cut after 200 characters. Default: none. */
  readonly summary?: ((payload: P) => string) | undefined;
  /** The differences from `defaultRetryPolicy`. */
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** A kind of delivery as an outbox knows it: payloads are JSON. */
export type AnyDeliveryKind = DeliveryKind<JsonValue>;

/** Options of `ActionContext.deliver`. They matter to a durable outbox only, except `key`. */
export interface DeliverOptions {
  /** Not sent earlier than this. */
  readonly notBefore?: Date | undefined;
  /** Milliseconds after which it is no longer sent: a login code is useless after minutes. Default: what the kind says. */
  readonly maxAgeMs?: number | undefined;
  /**
   * 1 to 500 characters. Deliveries of this kind and binding with the same key are one, as long as the outbox keeps it; the id is made from
   * it, so that receivers recognize them too.
   */
  readonly key?: string | undefined;
  /** Waits for earlier ordered deliveries to the same destination. Default false. */
  readonly ordered?: boolean | undefined;
  /** The differences from the retry policy of the kind. */
  readonly retry?: Partial<Omit<RetryPolicy, "maxAgeMs">> | undefined;
}

/** Returns its argument, typed. `P` must survive JSON. */
export function defineDelivery<P>(kind: DeliveryKind<P>): DeliveryKind<P> {
  return kind;
}

/** A fresh delivery id; with `parts`, always the same one for these. */
export function createDeliveryId(parts?: readonly (string | number)[]): string {
  if (parts === undefined) return `dlv_${randomUUID()}`;
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `dlv_${[hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-")}`;
}
