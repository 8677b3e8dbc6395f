import type { AuditEnd, AuditRecord, AuditSink } from "../contracts/audit.js";
import { createId } from "../contracts/create-id.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Facts } from "../facts/facts.js";
import type { ActionEnvironment } from "./action-environment.js";
import type { PlannedBinding } from "./plan.js";
import { auditFailed, inTime } from "./record-call.js";

/**
 * Opens the audit entry of an action; undefined if the sink fails and is not required.
 *
 * @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required
 */
export function beginRecord(
  { binding, label }: PlannedBinding,
  facts: Facts,
  sink: AuditSink,
  environment: ActionEnvironment,
  startedAt: Date,
): MaybePromise<AuditRecord | undefined> {
  const { call } = facts;
  const { request, notes } = call;
  const token = facts.knownToken;
  const { auditTimeoutMs, units } = environment;
  return unlessFailed(environment, () =>
    inTime(
      auditTimeoutMs,
      (units?.of(call.id, binding.delivery === "durable") ?? sink).begin({
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
      }),
    ),
  );
}

/** Closes the audit entry. @throws {BookendError} AUDIT_UNAVAILABLE if the sink is required */
export function endRecord(
  record: AuditRecord,
  ok: boolean,
  end: AuditEnd,
  environment: ActionEnvironment,
): MaybePromise<void> {
  return unlessFailed(environment, () =>
    inTime(environment.auditTimeoutMs, ok ? record.success(end) : record.failure(end)),
  );
}

/** Calls the sink and returns its result; a failure is logged. Returns a promise only if the sink does. */
function unlessFailed<T>(
  { auditRequired, logger }: ActionEnvironment,
  write: () => MaybePromise<T>,
): MaybePromise<T | undefined> {
  try {
    const written = write();
    return isPromise(written) ? written.catch((error) => auditFailed(error, auditRequired, logger)) : written;
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}
