import type { AuditEnd, AuditRecord, AuditSink } from "../contracts/audit.js";
import { createId } from "../contracts/create-id.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Facts } from "../facts/facts.js";
import type { ActionEnvironment } from "./action-environment.js";
import { LateRecord } from "./late-record.js";
import type { PlannedBinding } from "./plan.js";
import { auditFailed, inTime } from "./record-call.js";

/**
 * Opens the audit entry of an action. If the sink fails and is not required, returns undefined; if it takes too long, a
 * record that is closed once it arrives.
 *
 * @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required
 */
export function beginRecord(
  { binding, label }: PlannedBinding,
  facts: Facts,
  sink: AuditSink,
  environment: ActionEnvironment,
  startedAt: Date,
): MaybePromise<AuditRecord | LateRecord | undefined> {
  const { call } = facts;
  const { request, notes } = call;
  const token = facts.knownToken;
  const { auditRequired, logger, units } = environment;
  try {
    const begun = (units?.of(call.id, binding.delivery === "durable") ?? sink).begin({
      id: createId(),
      parent: call.id,
      action: `${binding.position.toUpperCase()}-EVENT ${call.event}${label}`,
      event: call.event,
      position: binding.position,
      handler: binding.handler,
      handlerAction: binding.action,
      bindingId: binding.id,
      bindingName: binding.name,
      startedAt,
      actor: call.actor,
      user: facts.knownUser ?? request.user ?? notes.user,
      serial: facts.namedSerial ?? token?.serial,
      tokenType: token?.type ?? notes.tokenType,
      containerSerial: facts.knownContainer?.serial ?? notes.containerSerial,
      clientIp: request.clientIp,
      userAgent: request.headers["user-agent"],
    });
    return isPromise(begun) ? beginInTime(begun, environment) : checkRecord(begun);
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}

async function beginInTime(
  begun: Promise<AuditRecord>,
  { auditRequired, auditTimeoutMs, logger }: ActionEnvironment,
): Promise<AuditRecord | LateRecord | undefined> {
  let late: LateRecord | undefined;
  const onLate = () => {
    late = new LateRecord(Promise.resolve(begun).then(checkRecord), logger);
  };
  try {
    return checkRecord(await inTime(auditTimeoutMs, begun, onLate));
  } catch (error) {
    if (auditRequired) late?.neverRan(auditTimeoutMs);
    auditFailed(error, auditRequired, logger);
    return late;
  }
}

/** Returns what a sink's `begin` returned. @throws {BookendError} AUDIT_UNAVAILABLE if it is not a record */
function checkRecord(begun: unknown): AuditRecord {
  const { success, failure } = (begun ?? {}) as Partial<AuditRecord>;
  if (typeof success === "function" && typeof failure === "function") return begun as AuditRecord;
  throw new BookendError(
    "AUDIT_UNAVAILABLE",
    "The audit sink did not return a record, an object with the methods success and failure, from begin.",
  );
}

/** Closes the audit entry. @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required */
export function endRecord(
  record: AuditRecord,
  ok: boolean,
  end: AuditEnd,
  environment: ActionEnvironment,
): MaybePromise<void> {
  const { auditRequired, auditTimeoutMs, logger } = environment;
  try {
    const written = inTime(auditTimeoutMs, ok ? record.success(end) : record.failure(end));
    return isPromise(written) ? written.catch((error) => auditFailed(error, auditRequired, logger)) : written;
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}
