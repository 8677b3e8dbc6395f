import { type AuditCall, hasFailed } from "@bookend/core";
import type { FinishedCall } from "./options.js";

/**
 * Returns the entry of a finished call for the audit log. It contains only the class and the code of an error, since
 * the message may contain a caller's input. The action is the method and the path, without the parts that the route
 * declares secret; on a route that raises no event, it is the name of the route.
 */
export function auditCall<Request>(finished: Omit<FinishedCall<Request>, "request">): AuditCall {
  const { call, response, error, event, startedAt, durationMs } = finished;
  const { notes, actor, request } = call;
  return {
    id: call.id,
    action: event === undefined ? call.event : `${request.method} ${request.publicPath ?? request.path}`,
    event,
    success: notes.success ?? !hasFailed({ response, notes }),
    authentication: notes.authentication,
    serial: notes.serial,
    tokenType: notes.tokenType,
    containerSerial: notes.containerSerial,
    user: Object.hasOwn(notes, "user") ? notes.user : request.user,
    actor,
    actionDetail: notes.actionDetail,
    info: notes.info ?? nameOf(error),
    clientIp: request.clientIp,
    userAgent: request.headers["user-agent"],
    startedAt,
    durationMs,
  };
}

function nameOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === "string" || typeof code === "number"
    ? `${error.constructor.name} (${code})`
    : error.constructor.name;
}
