import type { AuditRecord } from "./audit.js";
import type { AnyDeliveryKind, Delivery } from "./delivery.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Outcome } from "./outcome.js";

/** The context of a submitted delivery. */
export interface SubmitContext {
  readonly kind: AnyDeliveryKind;
  readonly signal: AbortSignal;
  /**
   * The open audit entry of the action. An outbox in the same database as the audit log writes the delivery together
   * with it; a delivery then exists if and only if its audit entry does, and an aborted call leaves no deliveries.
   * Undefined without an audit log.
   */
  readonly transaction?: AuditRecord | undefined;
}

/** Accepts deliveries. */
export interface Outbox {
  /** Called once, before anything is submitted, with every kind that registered handlers send, by `handler/kind`. */
  register?(kinds: ReadonlyMap<string, AnyDeliveryKind>): void;
  /** Sends or stores a delivery; the result becomes the outcome of the action. */
  submit(delivery: Delivery, context: SubmitContext): MaybePromise<Outcome>;
}

/**
 * The state of a delivery:
 *
 * - `waiting`: it will be sent when it is due.
 * - `sending`: a process is sending it.
 * - `sent`: the peer accepted it.
 * - `dead`: it was abandoned, for the given `reason`. It can be replayed for as long as its payload is kept.
 * - `cancelled`: an operator cancelled it.
 */
export type DeliveryState = "waiting" | "sending" | "sent" | "dead" | "cancelled";

/**
 * The state that a peer reported for a delivery after accepting it: `delivered` and `failed` are final; `pending` means
 * that it is on its way; `unknown` means that the peer does not know.
 */
export type DeliveryReceiptState = "delivered" | "failed" | "pending" | "unknown";

/** A peer's report about a delivery that it accepted. */
export interface DeliveryReceipt {
  readonly state: DeliveryReceiptState;
  /** The peer's own description, such as `UNDELIV err:069`. */
  readonly code?: string | undefined;
  /** When the peer reported the state. */
  readonly at: Date;
}

/** A receipt as a peer sends it. */
export interface PeerReceipt extends Omit<DeliveryReceipt, "at"> {
  /** The destination of the delivery. */
  readonly destination: string;
  /** One or more `references` of the delivery. */
  readonly references: readonly string[];
}

/** A delivery as operators see it, which never includes its payload. */
export interface DeliveryRecord {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly destination: string;
  /** A summary without secrets. */
  readonly summary: string;
  readonly state: DeliveryState;
  /** Number of attempts so far, including the running one. */
  readonly attempt: number;
  /** The time at which the next attempt is due; without a further attempt, that of the last one. */
  readonly due: Date;
  readonly created: Date;
  readonly ended?: Date | undefined;
  /** Why the last attempt failed, or why the delivery is dead or cancelled. */
  readonly reason?: string | undefined;
  /**
   * The peer's report after accepting the delivery, if there is one. For a message that was split into parts, it covers
   * all of them.
   */
  readonly receipt?: DeliveryReceipt | undefined;
  readonly bindingId: number;
  readonly bindingName: string;
  readonly callId: string;
  readonly event: string;
}

/** An attempt to send a delivery. */
export interface DeliveryAttempt {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  readonly time: Date;
  /** Duration in milliseconds. */
  readonly durationMs: number;
  readonly outcome: "sent" | "failed" | "uncertain";
  readonly reason?: string | undefined;
  /** Name of the process that made the attempt. */
  readonly node: string;
}

/** Selects the deliveries that match all of these fields. */
export interface DeliveryFilter {
  /** At most 1,000 ids. */
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

/** Selects a page of a list. */
export interface DeliveryPage {
  /** The value of `next` from the previous page. */
  readonly cursor?: string | undefined;
  /** From 1 to 1,000. Default 50. */
  readonly size?: number | undefined;
}

/** A page of a list, newest first. */
export interface DeliveryList {
  readonly deliveries: readonly DeliveryRecord[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next?: string | undefined;
}

/** The deliveries to which a change applies. A filter needs at least one field; use `all` to affect every delivery. */
export type DeliveryChoice = DeliveryFilter | "all";

/** The deliveries that a change affected, or would affect. */
export interface DeliverySelection {
  readonly count: number;
  /** The ids of the first 1,000 of these deliveries. */
  readonly ids: readonly string[];
}

/** A destination, and whether its deliveries are currently sent. */
export interface Destination {
  readonly name: string;
  /** `paused`: after failures, until a trial attempt succeeds; `disabled`: until an operator resumes it. */
  readonly state: "open" | "paused" | "disabled";
  readonly pausedUntil?: Date | undefined;
  /** Number of consecutive failures. */
  readonly failures: number;
  readonly waiting: number;
  readonly sending: number;
  /** When the longest-waiting delivery became due. */
  readonly oldestWaiting?: Date | undefined;
}

/** Selects destinations. */
export interface DestinationFilter {
  /** Destinations in these states. Default: all. */
  readonly states?: readonly Destination["state"][] | undefined;
}

/** A page of a list of destinations, ordered by name. */
export interface DestinationList {
  /** Can be fewer than the page size, even if more follow. */
  readonly destinations: readonly Destination[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next?: string | undefined;
}

/** An outbox that stores deliveries, sends them and retries them. */
export interface DurableOutbox extends Outbox {
  /**
   * Starts sending. Kinds that this process does not know are left to other processes.
   *
   * @param options.concurrency Maximum number of deliveries that are sent at the same time. Default 20.
   * @param options.kinds The kinds to send. Default: all registered kinds.
   */
  start(options?: {
    readonly concurrency?: number | undefined;
    readonly kinds?: readonly string[] | undefined;
  }): Promise<void>;
  /**
   * Stops claiming, waits `graceMs` (default 10,000) for running attempts, aborts the remaining ones and releases their
   * leases. An aborted attempt is not counted.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  list(filter?: DeliveryFilter, page?: DeliveryPage): Promise<DeliveryList>;
  get(
    id: string,
  ): Promise<{ readonly delivery: DeliveryRecord; readonly attempts: readonly DeliveryAttempt[] } | undefined>;
  /** Returns the number of deliveries in each state. */
  counts(): Promise<Readonly<Record<DeliveryState, number>>>;
  /**
   * Sends dead, cancelled or sent deliveries again if their payload is kept, with the same id. The count of attempts
   * continues.
   */
  replay(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /** Cancels waiting deliveries. A running attempt is not stopped, but it is the last one. */
  cancel(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /**
   * Makes deliveries that wait for their next attempt due immediately, and ends the pauses of their destinations: one
   * attempt shows whether a destination is reachable again. Affects neither deliveries that were submitted for a later
   * time and have not been attempted yet, nor those to a disabled destination.
   */
  hasten(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /** Lists destinations with deliveries that are waiting or being sent, or with earlier failures. */
  destinations(filter?: DestinationFilter, page?: DeliveryPage): Promise<DestinationList>;
  /** Resumes a destination that is paused or disabled; returns undefined if there is no destination with that name. */
  resume(destination: string): Promise<Destination | undefined>;
  /**
   * Accepts a receipt from a peer. A repeated receipt, or one for an unknown delivery, changes nothing; one that
   * arrives before the result of its attempt is kept until then.
   */
  receive(receipt: PeerReceipt): Promise<void>;
  /** Removes deliveries that ended before this time, with their attempts. */
  prune(options: { readonly before: Date }): Promise<{ readonly removed: number }>;
}

/** A delivery as an engine receives it: the contents of a job, without the payload. */
export interface DueDelivery {
  readonly id: string;
  /** The number of the attempt that is due, from 1. */
  readonly attempt: number;
  readonly due: Date;
  readonly destination: string;
}

/**
 * Decides when a delivery is due, and in which process. It may report a delivery twice or lose one: the outbox claims
 * each record before sending, and schedules lost ones again.
 */
export interface DeliveryEngine {
  /**
   * Stores when these deliveries are due. `transaction` is that of the outbox's database; an engine in the same
   * database writes within it, so that either both are committed or neither is. Other engines are called after the
   * commit, without `transaction`.
   */
  schedule(due: readonly DueDelivery[], transaction?: unknown): Promise<void>;
  /** Whether `schedule` can write within a transaction of the outbox's database. */
  readonly transactional: boolean;
  /**
   * Calls `attempt` for due deliveries, at most `concurrency` at a time, until it is closed. `attempt` never rejects;
   * the outbox schedules the next attempt itself.
   */
  run(
    attempt: (due: Pick<DueDelivery, "id" | "attempt">) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<{
    /** Starts no further attempts; resolves when the running ones have ended. */
    close(): Promise<void>;
  }>;
}
