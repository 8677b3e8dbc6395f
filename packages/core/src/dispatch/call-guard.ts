import type { Call, CallRequest, CallResponse } from "../contracts/call.js";
import { BookendError } from "../contracts/errors.js";
import { isRecord } from "../internal/is-record.js";

/** A call as it was before an action ran. */
export interface CallSnapshot {
  readonly call: Call;
  readonly request: CallRequest;
  readonly parameters: Record<string, unknown>;
  /** Absent at `pre`, and where what the API itself returned could not be sent either. */
  readonly response?: ResponseSnapshot | undefined;
}

interface ResponseSnapshot {
  readonly response: CallResponse;
  readonly headers: Record<string, string> | undefined;
  /** The body as JSON, if that is what it is. */
  readonly json?: string | undefined;
}

/** Remembers what an action could break. */
export function snapshotOf(call: Call): CallSnapshot {
  return {
    call: { ...call },
    request: { ...call.request },
    parameters: { ...call.request.parameters },
    response: call.response && snapshotOfResponse(call.response),
  };
}

function snapshotOfResponse(response: CallResponse): ResponseSnapshot | undefined {
  try {
    if (problemOfResponse(response) !== undefined) return undefined;
    const { headers, body } = response;
    const json = isJsonBody(body) ? JSON.stringify(body) : undefined;
    return { response: { ...response }, headers: headers && { ...headers }, json };
  } catch {
    return undefined;
  }
}

/**
 * Puts back what an action left in a state that nobody can go on with: the parts of its request, or a response that cannot be sent.
 * Returns what was wrong; undefined if nothing was.
 */
export function restoreCall(call: Call, before: CallSnapshot): BookendError | undefined {
  let wrong: string | undefined;
  try {
    wrong = restoreRequest(call, before);
    wrong = (before.response && restoreResponse(call, before.response)) ?? wrong;
  } catch {
    wrong = "The action froze the call or a part of it";
  }
  return wrong === undefined
    ? undefined
    : new BookendError("CALL_INVALID", `${wrong}. What it was before is restored.`);
}

function restoreRequest(call: Call, before: CallSnapshot): string | undefined {
  const { id, event, actor, notes, request } = before.call;
  let wrong: string | undefined;
  if (
    call.id !== id ||
    call.event !== event ||
    call.actor !== actor ||
    call.notes !== notes ||
    call.request !== request
  ) {
    wrong = "The action replaced a part of the call that it may not replace";
    Object.assign(call, { id, event, actor, notes, request });
  }
  const broken = problemOfRequest(request);
  if (broken === undefined) return wrong;
  // fields that were not there before are taken away
  Object.assign(request, { user: undefined, clientIp: undefined }, before.request, { parameters: before.parameters });
  return broken;
}

function problemOfRequest(request: CallRequest): string | undefined {
  const { method, path, parameters, headers, clientIp, user } = request as { [K in keyof CallRequest]: unknown };
  if (!isRecord(parameters)) return "call.request.parameters is not an object";
  if (!isRecord(headers)) return "call.request.headers is not an object";
  if (typeof method !== "string" || typeof path !== "string")
    return "call.request has a method or path that is not a string";
  if (clientIp !== undefined && typeof clientIp !== "string") return "call.request.clientIp is not a string";
  if (user === undefined) return undefined;
  return isRecord(user) && typeof user.login === "string" && typeof user.realm === "string"
    ? undefined
    : "call.request.user is not a user";
}

function restoreResponse(call: Call, before: ResponseSnapshot): string | undefined {
  let wrong: string | undefined;
  try {
    wrong = problemOfResponse(call.response) ?? problemOfBody(call.response?.body, before.response.body);
  } catch {
    wrong = "call.response cannot be read";
  }
  if (wrong === undefined) return undefined;
  const { response, headers, json } = before;
  call.response = { ...response, headers, body: json === undefined ? response.body : JSON.parse(json) };
  return wrong;
}

function problemOfResponse(response: unknown): string | undefined {
  if (!isRecord(response)) return "call.response is not a response";
  const { status, headers } = response;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    return "call.response.status is not a status from 200 to 599";
  }
  if (headers === undefined) return undefined;
  if (!isRecord(headers)) return "call.response.headers is not an object";
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return "call.response.headers has a name that is not valid";
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!values.every(isHeaderValue)) return `call.response.headers has a value for ${name} that is not valid`;
  }
  return undefined;
}

function isHeaderValue(value: unknown): boolean {
  return (
    value === undefined ||
    typeof value === "number" ||
    (typeof value === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  );
}

/** A body that is JSON must be writable as JSON; anything else (a stream, bytes) is passed on as it is. */
function problemOfBody(body: unknown, before: unknown): string | undefined {
  switch (typeof body) {
    case "bigint":
    case "symbol":
    case "function":
      return `call.response.body is a ${typeof body}`;
    case "object":
      break;
    default:
      return undefined;
  }
  if (body === null || (body === before && !isJsonBody(body))) return undefined;
  if (!isJsonBody(body)) {
    return isOpaque(body) ? undefined : "call.response.body is an object that cannot be sent";
  }
  try {
    JSON.stringify(body);
    return undefined;
  } catch {
    return "call.response.body cannot be written as JSON";
  }
}

function isJsonBody(body: unknown): body is object {
  if (typeof body !== "object" || body === null) return false;
  const prototype: unknown = Object.getPrototypeOf(body);
  return prototype === Object.prototype || prototype === null || Array.isArray(body);
}

/** Bytes, a stream of them, or an object that says itself how it is written as JSON. */
function isOpaque(body: object): boolean {
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true;
  const { pipe, getReader, toJSON } = body as { pipe?: unknown; getReader?: unknown; toJSON?: unknown };
  return [pipe, getReader, toJSON].some((method) => typeof method === "function") || Symbol.asyncIterator in body;
}
