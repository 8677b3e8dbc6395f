import type { AuditRecord } from "./audit.js";
import type { AnyDeliveryKind, Delivery } from "./delivery.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Outcome } from "./outcome.js";

/** Options of a submitted delivery. */
export interface SubmitContext {
  readonly kind: AnyDeliveryKind;
  readonly signal: AbortSignal;
  /**
   * The open audit entry of the action. An outbox in the same database as the audit log writes the delivery together with it; then a
   * delivery exists if and only if its audit entry does, and a call that is aborted leaves none. Undefined without an audit log.
   */
  readonly transaction?: AuditRecord | undefined;
}

/** Takes deliveries. */
export interface Outbox {
  /** Called once for every kind that registered handlers send, by `handler/kind`, before anything is submitted. */
  register?(kinds: ReadonlyMap<string, AnyDeliveryKind>): void;
  /** Sends or keeps a delivery; the outcome becomes that of the action. */
  submit(delivery: Delivery, context: SubmitContext): MaybePromise<Outcome>;
}

/**
 * - `waiting`: to be sent when it is due.
 * - `sending`: a process is sending it.
 * - `sent`: the peer took it.
 * - `dead`: given up; `reason` says why. It can be replayed as long as its payload is kept.
 * - `cancelled`: by an operator.
 */
export type DeliveryState = "waiting" | "sending" | "sent" | "dead" | "cancelled";

/**
 * What a peer reported of a delivery that it took: `delivered` and `failed` are final; `pending` is on its way; of `unknown` the peer itself does
 * not know.
 */
export type DeliveryReceiptState = "delivered" | "failed" | "pending" | "unknown";

/** What became of a delivery after the peer took it, as the peer reported it. */
export interface DeliveryReceipt {
  readonly state: DeliveryReceiptState;
  /** In words of the peer, such as `UNDELIV err:069`. */
  readonly code?: string | undefined;
  /** When it was reported. */
  readonly at: Date;
}

/** A receipt as a peer sends it. */
export interface PeerReceipt extends Omit<DeliveryReceipt, "at"> {
  /** The destination of the delivery. */
  readonly destination: string;
  /** Any of its `references`. */
  readonly references: readonly string[];
}

/** A delivery as operators see it: never its payload. */
export interface DeliveryRecord {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly destination: string;
  /** Without secrets. */
  readonly summary: string;
  readonly state: DeliveryState;
  /** Tries so far, the running one included. */
  readonly attempt: number;
  /** When it is tried next, or was last. */
  readonly due: Date;
  readonly created: Date;
  readonly ended?: Date | undefined;
  /** Why the last try failed, or why it is dead or cancelled. */
  readonly reason?: string | undefined;
  /** What the peer reported after it took it, if it reports anything. Of a message in parts: of all of them together. */
  readonly receipt?: DeliveryReceipt | undefined;
  readonly bindingId: number;
  readonly bindingName: string;
  readonly callId: string;
  readonly event: string;
}

/** One try of a delivery. */
export interface DeliveryAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly time: Date;
  /** Milliseconds. */
  readonly durationMs: number;
  readonly outcome: "sent" | "failed" | "uncertain";
  readonly reason?: string | undefined;
  /** Name of the process that tried. */
  readonly node: string;
}

/** Which deliveries are meant; all that fit every field. */
export interface DeliveryFilter {
  /** At most 1,000. */
  readonly ids?: readonly string[] | undefined;
  readonly states?: readonly DeliveryState[] | undefined;
  readonly kind?: string | undefined;
  readonly destination?: string | undefined;
  readonly bindingId?: number | undefined;
  readonly callId?: string | undefined;
  /** Created at this time or later. */
  readonly from?: Date | undefined;
  /** Created before this time. */
  readonly to?: Date | undefined;
}

/** Which part of a list. */
export interface DeliveryPage {
  /** The value of `next` from the previous page. */
  readonly cursor?: string | undefined;
  /** From 1 to 1,000. Default 50. */
  readonly size?: number | undefined;
}

/** A part of a list, newest first. */
export interface DeliveryList {
  readonly deliveries: readonly DeliveryRecord[];
  /** Of the next page; undefined on the last. */
  readonly next?: string | undefined;
}

/** The deliveries that a replay or a cancellation concerned. */
export interface DeliverySelection {
  readonly count: number;
  /** The first 1,000 ids. */
  readonly ids: readonly string[];
}

/** A destination with its circuit. */
export interface Destination {
  readonly name: string;
  /** `paused`: after failures, until a trial succeeds; `disabled`: until an operator resumes it. */
  readonly state: "open" | "paused" | "disabled";
  readonly pausedUntil?: Date | undefined;
  /** In a row. */
  readonly failures: number;
  readonly waiting: number;
  readonly sending: number;
  /** When the delivery that waits longest was due. */
  readonly oldestWaiting?: Date | undefined;
}

/** An outbox that keeps deliveries, sends them and tries them again. */
export interface DurableOutbox extends Outbox {
  /**
   * Begins to send. Kinds that this process does not know are left to others.
   *
   * @param options.concurrency Deliveries that are sent at once. Default 20.
   * @param options.kinds Only these. Default: all that were registered.
   */
  start(options?: {
    readonly concurrency?: number | undefined;
    readonly kinds?: readonly string[] | undefined;
  }): Promise<void>;
  /**
   * Claims no more, waits `graceMs` (default 10,000) for running tries, aborts the rest and gives their leases back; such a try is not
   * counted.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  list(filter?: DeliveryFilter, page?: DeliveryPage): Promise<DeliveryList>;
  get(
    id: string,
  ): Promise<{ readonly delivery: DeliveryRecord; readonly attempts: readonly DeliveryAttempt[] } | undefined>;
  /** How many there are, by state. */
  counts(): Promise<Readonly<Record<DeliveryState, number>>>;
  /** Sends again what is dead, cancelled or sent and whose payload is kept: with the same id, and with tries counted on. */
  replay(filter: DeliveryFilter, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /** Ends what waits. A try that is running is not stopped; it is the last one. */
  cancel(filter: DeliveryFilter, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  destinations(): Promise<readonly Destination[]>;
  /** Opens a destination that is paused or disabled; undefined if there is none of that name. */
  resume(destination: string): Promise<Destination | undefined>;
  /**
   * Takes a receipt of a peer. One that comes again changes nothing, nor does one of a delivery that is not known; one that comes before the result
   * of its try is kept until then.
   */
  receive(receipt: PeerReceipt): Promise<void>;
  /** Removes deliveries that ended before this time, with their attempts. */
  prune(options: { readonly before: Date }): Promise<{ readonly removed: number }>;
}

/** A delivery as an engine receives it: the contents of a job. Never the payload. */
export interface DueDelivery {
  readonly id: string;
  /** Of the try that is due, from 1. */
  readonly attempt: number;
  readonly due: Date;
  readonly destination: string;
}

/**
 * Says when a delivery is due, and in which process. It may say so twice or lose one: the outbox holds a claim on each record, and tells the
 * engine again of what it lost.
 */
export interface DeliveryEngine {
  /**
   * Keeps when these are due. `transaction` is that of the outbox's database; an engine in the same database writes within it, so that both are
   * kept or none. Others are called after the commit, without it.
   */
  schedule(due: readonly DueDelivery[], transaction?: unknown): Promise<void>;
  /** Whether `schedule` can write within a transaction of the outbox's database. */
  readonly transactional: boolean;
  /**
   * Calls `attempt` for what is due, at most `concurrency` at a time, until it is closed. `attempt` never rejects: the outbox schedules the next
   * try by itself.
   */
  run(
    attempt: (due: Pick<DueDelivery, "id" | "attempt">) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<{
    /** Calls no more; resolves when what is running has ended. */
    close(): Promise<void>;
  }>;
}
