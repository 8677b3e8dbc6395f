import { Readable } from "node:stream";
import { type AuditCall, valueAt } from "@bookend/core";
import { auditCall, type FinishedCall } from "@bookend/fastify";
import { MfaError } from "@bookend/mfa";
import { describeError } from "../services/describe-error.js";
import { ApiError } from "./api-error.js";
import { auditName } from "./mount-routes.js";
import { isUnread } from "./written-value.js";

/** Paths that the binding editor of the web UI calls after each change of its form. These calls change nothing. */
const editorRoutes: ReadonlySet<string> = new Set(["/event/check", "/event/preview"]);

/**
 * Returns the audit entry of a call; undefined for a call that raises no event, only reads and succeeds. If such calls
 * were recorded, reading the audit log or filling in the form of a binding would fill the log.
 */
export function auditEntryOf(finished: FinishedCall): AuditCall | undefined {
  const { call, response, error, event, request } = finished;
  const { url = "", method } = request.routeOptions;
  const { notes } = call;
  if (event === undefined && onlyReads(request) && response.status < 400) return undefined;
  return {
    ...auditCall(finished),
    action: event === undefined ? call.event : auditName(String(method), url),
    success: notes.success ?? (isStream(response.body) ? response.status < 400 : succeeded(response.body)),
    // for a call without an event, call.request.user can be wrong: `username` may be the login on a mail server
    user: Object.hasOwn(notes, "user") || event === undefined ? notes.user : call.request.user,
    info: notes.info ?? reasonOf(error) ?? changedBinding(url, response.body),
  };
}

function onlyReads({ method, url }: FinishedCall["request"]): boolean {
  return method === "GET" || editorRoutes.has(url.replace(/[?#].*/s, ""));
}

/** Returns whether a call succeeded. As in privacyIDEA, a rejected authentication counts as a failure. */
function succeeded(body: unknown): boolean {
  if (valueAt(body, "result", "status") !== true) return false;
  return isUnread(valueAt(body, "result")) || valueAt(body, "result", "value") !== false;
}

/** Returns whether a response is streamed, like that of a backtest. Such a body has no `result` to read. */
function isStream(body: unknown): boolean {
  return body instanceof ReadableStream || body instanceof Readable;
}

/**
 * Returns the reason why a call failed, for the audit log. Messages of the domain and the API contain no secrets; for
 * any other error, only the class and the code are kept.
 */
function reasonOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (error instanceof MfaError || error instanceof ApiError) return error.message;
  const described = describeError(error);
  const [name, code] = [valueAt(described, "class"), valueAt(described, "code")];
  return code === undefined ? String(name) : `${name} (${code})`;
}

/** Returns a description of the binding that a call created, changed or deleted, such as `binding 7`. */
function changedBinding(url: string, body: unknown): string | undefined {
  // the value of any other call may be a long list that is only parsed when it is read
  const id = url.startsWith("/event") ? valueAt(body, "result", "value") : undefined;
  return typeof id === "number" ? `binding ${id}` : undefined;
}
