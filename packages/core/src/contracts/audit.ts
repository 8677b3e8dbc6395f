import type { Position } from "./binding.js";
import type { Actor, UserRef } from "./call.js";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";

/** What is known when an action begins. */
export interface AuditStart {
  /** Unique id of this entry. */
  readonly id: string;
  /** Id of the call; equals `Call.id`. */
  readonly parent: string;
  /** E.g. `POST-EVENT token_init>>UserNotification:sendmail`. */
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
  /** Milliseconds. */
  readonly durationMs: number;
  /** `done` and `skipped` are successes; `failed` is an action's own word, `fault` a throw or a timeout. */
  readonly outcome: "done" | "skipped" | "failed" | "fault";
  /** Written for the audit log; holds no secret. Of a fault: its class and code only. */
  readonly reason?: string | undefined;
  /** Of a fault. */
  readonly error?: { readonly class: string; readonly code: string } | undefined;
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
}

/** An entry that was begun; exactly one of the two is called, once. */
export interface AuditRecord {
  success(end: AuditEnd): MaybePromise<void>;
  failure(end: AuditEnd): MaybePromise<void>;
}

/** Where audit entries go. A failing sink never fails a call, unless the host says `audit: { sink, required: true }`. */
export interface AuditSink {
  /** Called before the action runs. */
  begin(start: AuditStart): MaybePromise<AuditRecord>;
}

/** A finished entry. */
export interface AuditEntry extends AuditStart, AuditEnd {
  readonly success: boolean;
}

/** An audit sink in memory, for tests and for a start. */
export interface MemoryAudit extends AuditSink {
  readonly entries: readonly AuditEntry[];
  clear(): void;
}

/** Keeps the newest `capacity` entries in memory (default 10,000). */
export function memoryAudit({ capacity = 10_000 }: { capacity?: number } = {}): MemoryAudit {
  const entries: AuditEntry[] = [];
  const append = (start: AuditStart, end: AuditEnd, success: boolean) => {
    entries.push({ ...start, ...end, success });
    if (entries.length > capacity) entries.splice(0, entries.length - capacity);
  };
  return {
    entries,
    clear: () => entries.splice(0),
    begin: (start) => ({
      success: (end) => append(start, end, true),
      failure: (end) => append(start, end, false),
    }),
  };
}
