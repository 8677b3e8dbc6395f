import type { AuditCall, AuditSink } from "../contracts/audit.js";
import { BookendError } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { faultOf, framesOf } from "../internal/fault.js";

/** Where calls are audited. */
export interface RecordEnvironment {
  readonly sink: AuditSink | undefined;
  readonly auditRequired: boolean;
  readonly logger: Logger;
}

/** Writes the entry of a call. @throws {BookendError} AUDIT_UNAVAILABLE */
export async function recordCall(entry: AuditCall, { sink, auditRequired, logger }: RecordEnvironment): Promise<void> {
  try {
    await sink?.call?.(entry);
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

/** Logs that the sink failed. @throws {BookendError} AUDIT_UNAVAILABLE if it is required */
export function auditFailed(error: unknown, required: boolean, logger: Logger): undefined {
  logger.error({ error: faultOf(error), frames: framesOf(error) }, "the audit sink failed");
  if (required) throw new BookendError("AUDIT_UNAVAILABLE", "The audit log cannot be written.", { cause: error });
  return undefined;
}
