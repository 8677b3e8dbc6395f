import type { AuditEnd, AuditRecord, AuditSink } from "../contracts/audit.js";
import { createId } from "../contracts/create-id.js";
import type { Facts } from "../facts/facts.js";
import type { ActionEnvironment } from "./action-environment.js";
import type { PlannedBinding } from "./plan.js";
import { auditFailed, inTime } from "./record-call.js";

/** Opens the audit entry of an action. Resolves to undefined if the sink fails and is not required. */
export async function beginRecord(
  { binding, label }: PlannedBinding,
  facts: Facts,
  sink: AuditSink,
  { auditRequired, auditTimeoutMs, logger, units }: ActionEnvironment,
  startedAt: Date,
): Promise<AuditRecord | undefined> {
  const { call } = facts;
  const { request, notes } = call;
  const token = facts.knownToken;
  try {
    return await inTime(
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
    );
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}

/** Closes the audit entry. */
export async function endRecord(
  record: AuditRecord,
  ok: boolean,
  end: AuditEnd,
  { auditRequired, auditTimeoutMs, logger }: ActionEnvironment,
): Promise<void> {
  try {
    await inTime(auditTimeoutMs, ok ? record.success(end) : record.failure(end));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}
