import type { AuditCall, AuditSink } from "../contracts/audit.js";
import { BookendError } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import { faultOf, framesOf } from "../internal/fault.js";
import { withTimeLimit } from "../internal/time-limit.js";
import type { AuditUnits } from "./audit-units.js";
import { type AuditTrace, auditChannel } from "./diagnostics.js";

/** The destination of audit entries for calls. */
export interface RecordEnvironment {
  readonly sink: AuditSink | undefined;
  readonly units: AuditUnits | undefined;
  readonly auditRequired: boolean;
  /** Maximum milliseconds for the sink. */
  readonly auditTimeoutMs: number;
  readonly logger: Logger;
}

/** Writes the entry of a call, and the pending entries of its actions. @throws {BookendError} AUDIT_UNAVAILABLE */
export async function recordCall(
  entry: AuditCall,
  { sink, units, auditRequired, auditTimeoutMs, logger }: RecordEnvironment,
): Promise<void> {
  try {
    const unit = units?.take(entry.id);
    await inTime(auditTimeoutMs, unit ? unit.commit(entry) : sink?.call?.(entry));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

/** Writes the pending entries of a call's actions, if there are any. */
export async function recordActions(
  callId: string,
  { units, auditRequired, auditTimeoutMs, logger }: RecordEnvironment,
): Promise<void> {
  try {
    await inTime(auditTimeoutMs, units?.take(callId)?.commit());
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

/** Logs a failure of the sink. @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required */
export function auditFailed(error: unknown, required: boolean, logger: Logger): undefined {
  tellOfAudit({ outcome: "failed" });
  logger.error({ error: faultOf(error), frames: framesOf(error) }, "the audit sink failed");
  if (required) throw new BookendError("AUDIT_UNAVAILABLE", "The audit log cannot be written.", { cause: error });
  return undefined;
}

/** The result of the sink; a promise is abandoned after the time limit. */
export function inTime<T>(limitMs: number, value: MaybePromise<T>): MaybePromise<T> {
  if (!isPromise(value)) return value;
  const limited = withTimeLimit(value, limitMs, () => {
    return new BookendError("AUDIT_UNAVAILABLE", `The audit sink did not end within ${limitMs} ms.`);
  });
  return auditChannel.hasSubscribers ? timed(limited) : limited;
}

async function timed<T>(writing: Promise<T>): Promise<T> {
  const started = performance.now();
  const written = await writing;
  tellOfAudit({ outcome: "written", durationMs: performance.now() - started });
  return written;
}

function tellOfAudit(trace: AuditTrace): void {
  if (auditChannel.hasSubscribers) auditChannel.publish(trace);
}
