import { createHash } from "node:crypto";
import { createId } from "./create-id.js";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";

/** An effect outside the process, rendered and ready to be sent. */
export interface Delivery<P = JsonValue> {
  /**
   * The same for all attempts and replays. Two deliveries of one kind and binding with the same `key` have the same id.
   */
  readonly id: string;
  /** `handler/kind`, e.g. `UserNotification/mail`. */
  readonly kind: string;
  /** The version of its kind's payload when the delivery was created. */
  readonly version: number;
  /** JSON; may contain secrets, so a store encrypts it. */
  readonly payload: P;
  /**
   * Name of the destination, such as `smtp:office` or `https://hooks.example`. Deliveries to the same destination are
   * paused together after failures, and share limits.
   */
  readonly destination: string;
  /** One line for operators, without secrets; may be empty. */
  readonly summary: string;
  /** When and how often the delivery is attempted again. */
  readonly retry: RetryPolicy;
  /** The delivery is not sent before this time. */
  readonly notBefore?: Date | undefined;
  /** Whether the delivery waits for earlier ordered deliveries to its destination. */
  readonly ordered?: boolean | undefined;
  /** Deliveries of one kind and binding with the same key count as one. */
  readonly key?: string | undefined;
  /** The W3C trace context of the request, from its `traceparent` header. Undefined if that is missing or invalid. */
  readonly traceparent?: string | undefined;
  readonly createdAt: Date;
  readonly callId: string;
  readonly event: string;
  readonly bindingId: number;
  readonly bindingName: string;
}

/** How deliveries of a kind are attempted again. */
export interface RetryPolicy {
  /** Milliseconds before the second attempt, the third, and so on. If the last attempt fails, the delivery is dead. */
  readonly scheduleMs: readonly number[];
  /** The maximum fraction of a pause that is randomly added to it, from 0 to 1. */
  readonly jitter: number;
  /** Maximum milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** Milliseconds after its creation until which a delivery may be sent. Default: no limit other than the schedule. */
  readonly maxAgeMs?: number | undefined;
  /** What happens if it is unknown whether the peer accepted a delivery: it is sent again, or it is dead. */
  readonly whenUncertain: "retry" | "stop";
}

/**
 * The default retry policy: further attempts after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each pause extended by
 * up to 20 %; 30 s per attempt; uncertain deliveries are sent again.
 */
export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  scheduleMs: Object.freeze([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]),
  jitter: 0.2,
  timeoutMs: 30_000,
  whenUncertain: "retry",
});

/** The result of an attempt. */
export type SendResult =
  | {
      readonly status: "sent";
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
      /**
       * The names under which the peer will report the result later, such as the ids of short messages; at most 255, of
       * 1 to 200 characters each. An outbox that accepts receipts stores them; other names are ignored.
       */
      readonly references?: readonly string[] | undefined;
    }
  | {
      readonly status: "failed";
      /** Written to the audit log; must not contain secrets. */
      readonly reason: string;
      /** Whether further attempts cannot help. Default false. */
      readonly permanent?: boolean | undefined;
      /** Milliseconds that the peer asked to wait. */
      readonly retryAfterMs?: number | undefined;
      /**
       * Whether it is unknown if the peer accepted the delivery, because the peer's response was lost. Default false.
       */
      readonly uncertain?: boolean | undefined;
      /**
       * The consequence for the whole destination: `wait` pauses it (for `retryAfterMs`, if given), `disable` stops it
       * until an operator resumes it. Default: only this delivery failed, which counts towards the failures after which
       * the destination is paused.
       */
      readonly destination?: "wait" | "disable" | undefined;
      /** Written to the audit log; `status` is an HTTP status. Must not contain secrets. */
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
    };

/**
 * Sends a delivery once. If it throws, the attempt has failed and can be repeated, and it is unknown whether the peer
 * accepted the delivery.
 */
export type Sender<P> = (
  delivery: Delivery<P>,
  context: {
    readonly signal: AbortSignal;
    readonly attempt: number;
    /**
     * Whether the outbox stores `references` of the result and accepts receipts. Default false: receipts would be
     * ignored.
     */
    readonly receipts?: boolean | undefined;
  },
) => MaybePromise<SendResult>;

/** A kind of delivery that a handler can send, now or later, here or in another process. */
export interface DeliveryKind<P> {
  /** Unique within its handler, such as `mail`. */
  readonly name: string;
  readonly send: Sender<P>;
  /**
   * Version of the payload, an integer from 1. Increment it for a change that is not compatible with older code or
   * older payloads. Default 1.
   */
  readonly version?: number | undefined;
  /** Converts a payload of the earlier version `version` to the current version. */
  readonly upgrade?: ((payload: JsonValue, version: number) => P) | undefined;
  /**
   * The destination of a payload, such as `smtp:office` or the origin of a URL. It has 1 to 200 characters and no
   * control characters. Use few distinct names, and never a complete URL. Deliveries to the same destination are paused
   * together after failures, and share limits. Default: the handler and the kind, such as `UserNotification/mail`.
   */
  readonly destination?: ((payload: P) => string) | undefined;
  /**
   * One line for operators, without secrets or unnecessary personal data; truncated to 200 characters. Default: none.
   */
  readonly summary?: ((payload: P) => string) | undefined;
  /** The fields that differ from `defaultRetryPolicy`. */
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** A kind of delivery as an outbox knows it: payloads are JSON. */
export type AnyDeliveryKind = DeliveryKind<JsonValue>;

/** Options of `ActionContext.deliver`. Except for `key`, only a durable outbox uses them. */
export interface DeliverOptions {
  /** The delivery is not sent before this time. */
  readonly notBefore?: Date | undefined;
  /**
   * Milliseconds after its creation until which the delivery may be sent; a login code, for example, is useless after a
   * few minutes. Default: that of the kind.
   */
  readonly maxAgeMs?: number | undefined;
  /**
   * 1 to 500 characters. Deliveries of this kind and binding with the same key count as one for as long as the outbox
   * keeps the first one; the id is derived from the key, so that receivers recognize them too.
   */
  readonly key?: string | undefined;
  /** Whether the delivery waits for earlier ordered deliveries to the same destination. Default false. */
  readonly ordered?: boolean | undefined;
  /** The fields that differ from the retry policy of the kind. */
  readonly retry?: Partial<Omit<RetryPolicy, "maxAgeMs">> | undefined;
}

/** Returns its argument, typed. It must be possible to represent `P` as JSON. */
export function defineDelivery<P>(kind: DeliveryKind<P>): DeliveryKind<P> {
  return kind;
}

/** Returns a new delivery id, or with `parts`, an id that is always the same for the same parts. */
export function createDeliveryId(parts?: readonly (string | number)[]): string {
  if (parts === undefined) return `dlv_${createId()}`;
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `dlv_${[hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-")}`;
}
