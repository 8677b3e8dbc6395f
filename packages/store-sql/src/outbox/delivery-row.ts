import type {
  Delivery,
  DeliveryReceipt,
  DeliveryReceiptState,
  DeliveryRecord,
  DeliveryState,
  JsonValue,
} from "@bookend/core";
import type { Generated, Selectable } from "kysely";
import { type Flag, toFlag } from "../portable-columns.js";
import { type DeliveryMeta, lastTime, metaOf } from "./delivery-meta.js";

/** A stored delivery. Times are milliseconds since 1970. */
export interface DeliveryTable {
  seq: Generated<number>;
  id: string;
  kind: string;
  version: number;
  destination: string;
  /** The sealed payload; null once it is no longer needed. */
  payload: string | null;
  summary: string;
  /** JSON; see `metaOf`. */
  meta: string;
  call: string;
  binding: number;
  ordered: Flag;
  state: DeliveryState;
  /** Number of attempts so far, including the running one. */
  attempt: number;
  /** Number of attempts before the delivery was last replayed; 0 if it was not. */
  replayed_at: number;
  /** Whether the delivery was cancelled while it was being sent: its running attempt is the last one. */
  cancelling: Flag;
  due: number;
  /** The time at which the delivery becomes too old to be sent. */
  expires: number;
  lease: number | null;
  /** The process that is sending the delivery. */
  owner: string | null;
  reason: string | null;
  created: number;
  ended: number | null;
}

/** An attempt to send a delivery. `at` is its beginning in milliseconds since 1970, and `ms` its duration. */
export interface DeliveryAttemptTable {
  delivery: number;
  attempt: number;
  at: number;
  ms: number;
  outcome: "sent" | "failed" | "uncertain";
  reason: string | null;
  node: string;
}

/** A name under which a peer reports about a delivery, and its last report. */
export interface DeliveryReceiptTable {
  destination: string;
  reference: string;
  /** Null for a receipt that arrived before the result of its attempt was written, and for an unknown receipt. */
  delivery: number | null;
  attempt: number | null;
  state: DeliveryReceiptState | null;
  code: string | null;
  at: number | null;
  /** When the row was created, in milliseconds since 1970. */
  made: number;
}

/** The circuit of a destination that has failed. Times in milliseconds since 1970. */
export interface DestinationTable {
  name: string;
  paused_until: number | null;
  /** Number of consecutive failures. */
  failures: number;
  failing_since: number | null;
  disabled: Flag;
}

/** A row that was read. */
export type DeliveryRow = Selectable<DeliveryTable>;

/** A row without its payload, which may be large. */
export type DeliveryHead = Omit<DeliveryRow, "payload">;

/** The columns of a {@link DeliveryHead}. */
export const headColumns = [
  "seq",
  "id",
  "kind",
  "version",
  "destination",
  "summary",
  "meta",
  "call",
  "binding",
  "ordered",
  "state",
  "attempt",
  "replayed_at",
  "cancelling",
  "due",
  "expires",
  "lease",
  "owner",
  "reason",
  "created",
  "ended",
] as const satisfies readonly (keyof DeliveryHead)[];

/** The columns that sending a delivery needs. */
export const claimedColumns = [
  "seq",
  "id",
  "kind",
  "version",
  "destination",
  "payload",
  "summary",
  "meta",
  "call",
  "binding",
  "ordered",
  "attempt",
  "replayed_at",
  "cancelling",
  "due",
  "expires",
  "owner",
  "created",
] as const satisfies readonly (keyof DeliveryRow)[];

/** A row that was claimed. */
export type ClaimedRow = Pick<DeliveryRow, (typeof claimedColumns)[number]>;

/** A row whose attempt has ended. */
export type TriedRow = Omit<ClaimedRow, "payload">;

/**
 * Converts a submitted delivery to a row. `maxAgeMs` applies to deliveries that do not set their own; `aheadMs` is how
 * many milliseconds the time of the outbox is ahead of the clock that the delivery's times come from.
 */
export function rowOf(
  delivery: Delivery,
  payload: string,
  { maxAgeMs, now, aheadMs }: { readonly maxAgeMs: number; readonly now: number; readonly aheadMs: number },
): Omit<DeliveryRow, "seq"> {
  const { event, bindingName, retry, key, traceparent } = delivery;
  const meta: DeliveryMeta = { event, bindingName, retry, key, traceparent };
  const created = delivery.createdAt.getTime();
  return {
    id: delivery.id,
    kind: delivery.kind,
    version: delivery.version,
    destination: delivery.destination,
    payload,
    summary: delivery.summary,
    meta: JSON.stringify(meta),
    call: delivery.callId,
    binding: delivery.bindingId,
    ordered: toFlag(delivery.ordered ?? false),
    state: "waiting",
    attempt: 0,
    replayed_at: 0,
    cancelling: 0,
    due: delivery.notBefore === undefined ? now : Math.min(delivery.notBefore.getTime() + aheadMs, lastTime),
    expires: created + aheadMs + Math.trunc(retry.maxAgeMs ?? maxAgeMs),
    lease: null,
    owner: null,
    reason: null,
    created,
    ended: null,
  };
}

/** Converts a row with its payload to a delivery. */
export function deliveryOf(row: TriedRow, payload: JsonValue, version: number): Delivery {
  const { event, bindingName, retry, key, traceparent } = metaOf(row);
  return {
    id: row.id,
    kind: row.kind,
    version,
    payload,
    destination: row.destination,
    summary: row.summary,
    retry,
    ...(row.ordered === 1 && { ordered: true }),
    ...(key !== undefined && { key }),
    ...(traceparent !== undefined && { traceparent }),
    createdAt: new Date(row.created),
    callId: row.call,
    event,
    bindingId: row.binding,
    bindingName,
  };
}

/**
 * Returns the view of a row for operators. `obstacle` is the reason why the delivery is not sent, if the reason is not
 * the result of its last attempt.
 */
export function recordOf(row: DeliveryHead, receipt?: DeliveryReceipt, obstacle?: string): DeliveryRecord {
  const { event, bindingName } = metaOf(row);
  const reason = [row.reason, obstacle].filter((part) => part !== null && part !== undefined).join("; ");
  return {
    id: row.id,
    kind: row.kind,
    version: row.version,
    destination: row.destination,
    summary: row.summary,
    state: row.state,
    attempt: row.attempt,
    due: new Date(row.due),
    created: new Date(row.created),
    ...(row.ended !== null && { ended: new Date(row.ended) }),
    ...(reason !== "" && { reason }),
    ...(receipt && { receipt }),
    bindingId: row.binding,
    bindingName,
    callId: row.call,
    event,
  };
}
