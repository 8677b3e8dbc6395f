import type { AuditRecord } from "./audit.js";
import type { AnyDeliveryKind, Delivery } from "./delivery.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Outcome } from "./outcome.js";

/** The context of a submitted delivery. */
export interface SubmitContext {
  readonly kind: AnyDeliveryKind;
  readonly signal: AbortSignal;
  /**
   * The open audit entry of the action. An outbox in the same database as the audit log writes the delivery together with it; a delivery
   * then exists if and only if its audit entry does, and an aborted call leaves none. Undefined without an audit log.
   */
  readonly transaction?: AuditRecord | undefined;
}

/** Takes deliveries. */
export interface Outbox {
  /** Called once for every kind that registered handlers send, by `handler/kind`, before anything is submitted. */
  register?(kinds: ReadonlyMap<string, AnyDeliveryKind>): void;
  /** Sends or stores a delivery; its outcome becomes that of the action. */
  submit(delivery: Delivery, context: SubmitContext): MaybePromise<Outcome>;
}

/**
 * - `waiting`: to be sent when it is due.
 * - `sending`: a process is sending it.
 * - `sent`: the peer accepted it.
 * - `dead`: it was given up, for the given `reason`. It can be replayed for as long as its payload is kept.
 * - `cancelled`: an operator cancelled it.
 */
export type DeliveryState = "waiting" | "sending" | "sent" | "dead" | "cancelled";

/**
 * The state that a peer reported for a delivery after accepting it: `delivered` and `failed` are final; `pending` means that it is on its
 * way; `unknown` means that the peer does not know.
 */
export type DeliveryReceiptState = "delivered" | "failed" | "pending" | "unknown";

/** A peer's report about a delivery that it accepted. */
export interface DeliveryReceipt {
  readonly state: DeliveryReceiptState;
  /** The peer's own description, such as `UNDELIV err:069`. */
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
  /** Tries so far, including the running one. */
  readonly attempt: number;
  /** The time of the next try, or of the last one. */
  readonly due: Date;
  readonly created: Date;
  readonly ended?: Date | undefined;
  /** Why the last try failed, or why it is dead or cancelled. */
  readonly reason?: string | undefined;
  /** The peer's report after accepting it, if there is one. For a message in several parts, it covers all of them. */
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

/** Selects the deliveries that match every field. */
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

/** Selects a part of a list. */
export interface DeliveryPage {
  /** The value of `next` from the previous page. */
  readonly cursor?: string | undefined;
  /** From 1 to 1,000. Default 50. */
  readonly size?: number | undefined;
}

/** A part of a list, newest first. */
export interface DeliveryList {
  readonly deliveries: readonly DeliveryRecord[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next?: string | undefined;
}

/** Which deliveries a change is for. A filter needs at least one field: what is to affect every delivery says `all`. */
export type DeliveryChoice = DeliveryFilter | "all";

/** The deliveries that a change affected, or would affect. */
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

/** Selects destinations. */
export interface DestinationFilter {
  /** Those in these states. Default: all. */
  readonly states?: readonly Destination["state"][] | undefined;
}

/** A part of a list of destinations, by name. */
export interface DestinationList {
  /** May be fewer than the size of a page although more follow. */
  readonly destinations: readonly Destination[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next?: string | undefined;
}

/** An outbox that stores deliveries, sends them and retries them. */
export interface DurableOutbox extends Outbox {
  /**
   * Starts sending. Kinds that this process does not know are left to other processes.
   *
   * @param options.concurrency Deliveries that are sent at once. Default 20.
   * @param options.kinds Only these. Default: all that were registered.
   */
  start(options?: {
    readonly concurrency?: number | undefined;
    readonly kinds?: readonly string[] | undefined;
  }): Promise<void>;
  /**
   * Stops claiming, waits `graceMs` (default 10,000) for running tries, aborts the remaining ones and releases their leases; an aborted try
   * is not counted.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  list(filter?: DeliveryFilter, page?: DeliveryPage): Promise<DeliveryList>;
  get(
    id: string,
  ): Promise<{ readonly delivery: DeliveryRecord; readonly attempts: readonly DeliveryAttempt[] } | undefined>;
  /** The number of deliveries in each state. */
  counts(): Promise<Readonly<Record<DeliveryState, number>>>;
  /** Sends dead, cancelled or sent deliveries again if their payload is kept, with the same id; the number of tries continues. */
  replay(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /** Ends waiting deliveries. A running try is not stopped, but it is the last one. */
  cancel(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /**
   * Makes deliveries due now that wait for their next try, and ends the pauses of their destinations: one try shows whether a destination is back.
   * Affects neither deliveries that were submitted for a later time and not tried yet, nor those to a destination that is disabled.
   */
  hasten(which: DeliveryChoice, options?: { readonly dryRun?: boolean | undefined }): Promise<DeliverySelection>;
  /** Those to which something waits or is being sent, or that failed before. */
  destinations(filter?: DestinationFilter, page?: DeliveryPage): Promise<DestinationList>;
  /** Opens a destination that is paused or disabled; undefined if there is no destination with that name. */
  resume(destination: string): Promise<Destination | undefined>;
  /**
   * Takes a receipt from a peer. A repeated receipt, or one for an unknown delivery, changes nothing; one that arrives before the result of
   * its try is kept until then.
   */
  receive(receipt: PeerReceipt): Promise<void>;
  /** Removes deliveries that ended before this time, with their attempts. */
  prune(options: { readonly before: Date }): Promise<{ readonly removed: number }>;
}

/** A delivery as an engine receives it: the contents of a job. Never the payload. */
export interface DueDelivery {
  readonly id: string;
  /** The number of the try that is due, from 1. */
  readonly attempt: number;
  readonly due: Date;
  readonly destination: string;
}

/**
 * Decides when a delivery is due, and in which process. It may report a delivery twice or lose one: the outbox holds a claim on each
 * record, and schedules lost ones again.
 */
export interface DeliveryEngine {
  /**
   * Stores when these deliveries are due. `transaction` is that of the outbox's database; an engine in the same database writes within it,
   * so that either both are committed or neither is. Other engines are called after the commit, without it.
   */
  schedule(due: readonly DueDelivery[], transaction?: unknown): Promise<void>;
  /** Whether `schedule` can write within a transaction of the outbox's database. */
  readonly transactional: boolean;
  /**
   * Calls `attempt` for due deliveries, at most `concurrency` at a time, until it is closed. `attempt` never rejects: the outbox itself
   * schedules the next try.
   */
  run(
    attempt: (due: Pick<DueDelivery, "id" | "attempt">) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<{
    /** Starts no more attempts; resolves when the running ones have ended. */
    close(): Promise<void>;
  }>;
}
