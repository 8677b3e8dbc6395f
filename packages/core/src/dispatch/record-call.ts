import type { AuditCall, AuditSink, AuditUnit } from "../contracts/audit.js";
import { BookendError } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import { faultOf, framesOf } from "../internal/fault.js";
import { withTimeLimit } from "../internal/time-limit.js";
import type { AuditUnits } from "./audit-units.js";
import { type AuditTrace, auditChannel } from "./diagnostics.js";

/** Dependencies for writing the audit entries of calls. */
export interface RecordEnvironment {
  readonly sink: AuditSink | undefined;
  readonly units: AuditUnits | undefined;
  readonly auditRequired: boolean;
  /** Maximum milliseconds for the sink. */
  readonly auditTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Writes the entry of a call, the entries of its actions that waited for it, and changes that the actions made, such as
 * those of counters.
 *
 * @throws {BookendError} AUDIT_UNAVAILABLE, CALL_NOT_COMMITTED
 */
export async function recordCall(entry: AuditCall, environment: RecordEnvironment): Promise<void> {
  const unit = environment.units?.take(entry.id);
  if (unit) return commit(unit, entry, environment);
  const { sink, auditRequired, auditTimeoutMs, logger } = environment;
  try {
    await inTime(auditTimeoutMs, sink?.call?.(entry));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

/**
 * Writes the entries of a call's actions that waited, if there are any, and changes that the actions made, such as
 * those of counters.
 *
 * @throws {BookendError} AUDIT_UNAVAILABLE, CALL_NOT_COMMITTED
 */
export async function recordActions(callId: string, environment: RecordEnvironment): Promise<void> {
  const unit = environment.units?.take(callId);
  if (unit) await commit(unit, undefined, environment);
}

async function commit(
  unit: AuditUnit,
  entry: AuditCall | undefined,
  { auditRequired, auditTimeoutMs, logger }: RecordEnvironment,
): Promise<void> {
  try {
    await inTime(auditTimeoutMs, unit.commit(entry));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
    if (unit.hasChanges !== true) return;
    throw new BookendError("CALL_NOT_COMMITTED", "What the call changed could not be committed.", { cause: error });
  }
}

/** Logs a failure of the sink. @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required */
export function auditFailed(error: unknown, required: boolean, logger: Logger): undefined {
  publishAudit({ outcome: "failed" });
  logger.error({ error: faultOf(error), frames: framesOf(error) }, "the audit sink failed");
  if (required) throw new BookendError("AUDIT_UNAVAILABLE", "The audit log cannot be written.", { cause: error });
  return undefined;
}

/**
 * Returns the result of the sink. A promise that takes longer than the time limit rejects with AUDIT_UNAVAILABLE;
 * `onLate` is called before.
 */
export function inTime<T>(limitMs: number, value: MaybePromise<T>, onLate?: () => void): MaybePromise<T> {
  if (!isPromise(value)) return value;
  const limited = withTimeLimit(value, limitMs, () => {
    onLate?.();
    return new BookendError("AUDIT_UNAVAILABLE", `The audit sink did not end within ${limitMs} ms.`);
  });
  return auditChannel.hasSubscribers ? timed(limited) : limited;
}

async function timed<T>(writing: Promise<T>): Promise<T> {
  const started = performance.now();
  const written = await writing;
  publishAudit({ outcome: "written", durationMs: performance.now() - started });
  return written;
}

function publishAudit(trace: AuditTrace): void {
  if (auditChannel.hasSubscribers) auditChannel.publish(trace);
}
