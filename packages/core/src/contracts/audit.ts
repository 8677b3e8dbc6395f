import type { Position } from "./binding.js";
import type { Actor, Call, UserRef } from "./call.js";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";

/** The facts that are known when an action begins. */
export interface AuditStart {
  /** Unique id of this entry. */
  readonly id: string;
  /** Id of the call; equals `Call.id`. */
  readonly parent: string;
  /** The audited action, such as `POST-EVENT token_init>>UserNotification:sendmail`. */
  readonly action: string;
  readonly event: string;
  readonly position: Position;
  readonly handler: string;
  readonly handlerAction: string;
  readonly bindingId: number;
  readonly bindingName: string;
  readonly startedAt: Date;
  readonly actor?: Actor | undefined;
  readonly user?: UserRef | undefined;
  readonly serial?: string | undefined;
  readonly tokenType?: string | undefined;
  readonly containerSerial?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** How an action ended. */
export interface AuditEnd {
  /** Duration in milliseconds. */
  readonly durationMs: number;
  /** `done` and `skipped` are successes; `failed` is reported by the action; `fault` is an exception or a timeout. */
  readonly outcome: "done" | "skipped" | "failed" | "fault";
  /**
   * Written to the audit log; must not contain secrets. For a fault, never its message: its class and code, or why the
   * action did not run.
   */
  readonly reason?: string | undefined;
  /** The class and code of a fault. */
  readonly error?: { readonly class: string; readonly code: string } | undefined;
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
}

/** An API call that has ended. It must not contain secrets, since it is stored unchanged. */
export interface AuditCall {
  /** `Call.id`: the parent of the entries of its actions. */
  readonly id: string;
  /** The audited action, such as `POST /token/init`. */
  readonly action: string;
  readonly event?: string | undefined;
  readonly success: boolean;
  /** `ACCEPT`, `REJECT`, `CHALLENGE` or `DECLINED`. */
  readonly authentication?: string | undefined;
  readonly serial?: string | undefined;
  readonly tokenType?: string | undefined;
  readonly containerSerial?: string | undefined;
  /** The user that the call is about. */
  readonly user?: UserRef | undefined;
  /** The caller, whatever their role. */
  readonly actor?: Actor | undefined;
  readonly actionDetail?: string | undefined;
  readonly info?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly startedAt: Date;
  /** Duration in milliseconds. */
  readonly durationMs: number;
}

/** An audit entry that has begun. Exactly one of the two methods is called, exactly once. */
export interface AuditRecord {
  success(end: AuditEnd): MaybePromise<void>;
  failure(end: AuditEnd): MaybePromise<void>;
}

/**
 * Receives audit entries. A failing sink never fails a call, unless the host sets `audit: { sink, required: true }`.
 */
export interface AuditSink {
  /**
   * Called before the action runs. A sink that throws, rejects, takes longer than `lookupTimeoutMs` or returns anything
   * other than a record has failed: with `required`, the action does not run and the call fails; otherwise the failure
   * is logged, and the action runs without an entry. A record that arrives after the time limit is still closed: as a
   * fault if the action did not run, and otherwise with the action's result, possibly after the call has ended.
   */
  begin(start: AuditStart): MaybePromise<AuditRecord>;
  /** Called once a call has ended, after its actions. A sink without this method keeps only entries of actions. */
  call?(entry: AuditCall): MaybePromise<void>;
  /**
   * Begins to collect the entries of one call, which are written together when it ends. A sink without this method
   * writes each entry when its action ends. So does a required sink, except for actions with durable deliveries, which
   * do not leave the process before the entry is written.
   *
   * @param call The call whose entries are collected. Stores that belong to the sink, such as a store of counters, find
   * the unit by the id of the call.
   */
  unit?(call?: Pick<Call, "id">): AuditUnit;
}

/** The entries of one call. If the process dies before they are written, they are lost, and so is the response. */
export interface AuditUnit {
  /** Like `AuditSink.begin`, except that nothing needs to be written yet. */
  begin(start: AuditStart): MaybePromise<AuditRecord>;
  /**
   * Called if an action aborts the call: `commit` then writes the entries without the deliveries that an outbox added
   * to them, whether before or after `abort`.
   */
  abort?(): void;
  /** Writes the collected entries, followed by the call's own entry. Called once. */
  commit(call?: AuditCall): MaybePromise<void>;
  /**
   * Whether the unit contains changes of the call that are not committed, such as those of counters, or deliveries that
   * are not stored. If it still contains any after `commit`, the call fails. @default false
   */
  readonly hasChanges?: boolean | undefined;
}

/** A completed entry. */
export interface AuditEntry extends AuditStart, AuditEnd {
  readonly success: boolean;
}

/** An audit sink in memory, for tests and to get started. */
export interface MemoryAudit extends AuditSink {
  /** Entries of actions. */
  readonly entries: readonly AuditEntry[];
  readonly calls: readonly AuditCall[];
  clear(): void;
}

/** Keeps the newest `capacity` entries of actions, and as many of calls, in memory (default 10,000). */
export function memoryAudit({ capacity = 10_000 }: { capacity?: number } = {}): MemoryAudit {
  const entries: AuditEntry[] = [];
  const calls: AuditCall[] = [];
  const keep = <T>(list: T[], entry: T) => {
    list.push(entry);
    if (list.length > capacity) list.splice(0, list.length - capacity);
  };
  const append = (start: AuditStart, end: AuditEnd, success: boolean) => keep(entries, { ...start, ...end, success });
  return {
    entries,
    calls,
    clear() {
      entries.length = 0;
      calls.length = 0;
    },
    call: (entry) => keep(calls, entry),
    begin: (start) => ({
      success: (end) => append(start, end, true),
      failure: (end) => append(start, end, false),
    }),
  };
}
