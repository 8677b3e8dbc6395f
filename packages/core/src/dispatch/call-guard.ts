import type { Call, CallNotes, CallRequest, CallResponse } from "../contracts/call.js";
import { BookendError } from "../contracts/errors.js";
import { isRecord } from "../internal/is-record.js";

/** A call as it was before an action ran. */
export interface CallSnapshot {
  readonly call: Call;
  readonly request: CallRequest;
  readonly parameters: Record<string, unknown>;
  readonly headers: CallRequest["headers"];
  readonly notes: CallNotes;
  /** Absent at `pre`, and if the response could not be sent even before the action. */
  readonly response?: ResponseSnapshot | undefined;
}

interface ResponseSnapshot {
  readonly response: CallResponse;
  readonly headers: Record<string, string> | undefined;
  /** The body as JSON, if it is JSON. */
  readonly json?: string | undefined;
}

/** Records the parts of a call that an action could break. */
export function snapshotOf(call: Call): CallSnapshot {
  const { request, notes, response } = call;
  return {
    call: { ...call },
    request: { ...request },
    parameters: { ...request.parameters },
    headers: { ...request.headers },
    notes: { ...notes },
    response: response && snapshotOfResponse(response),
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

/** The result of {@link restoreCall}. */
export interface RestoredCall {
  /** The call to continue with: a different object only if the action left a call that cannot be read or changed. */
  readonly call: Call;
  /** The fault; undefined if there was none. */
  readonly broken: BookendError | undefined;
}

/**
 * Restores the parts that an action left in an unusable state: a part of the call that cannot be read or changed, a
 * request that is not valid, or a response that cannot be sent.
 */
export function restoreCall(given: Call, before: CallSnapshot): RestoredCall {
  let call = given;
  let wrong: string | undefined;
  if (!isOpen(call)) {
    call = { ...before.call };
    wrong = "The action left a call that cannot be changed or read";
  }
  wrong = restoreParts(call, before) ?? wrong;
  wrong = restoreNotes(call, before) ?? wrong;
  wrong = restoreRequest(call, before) ?? wrong;
  wrong = (before.response && restoreResponse(call, before.response)) ?? wrong;
  const broken =
    wrong === undefined ? undefined : new BookendError("CALL_INVALID", `${wrong}. Its previous state is restored.`);
  return { call, broken };
}

/**
 * Returns whether an object can be extended, and all of its fields are writable values instead of getters. Returns
 * false for a proxy that refuses access.
 */
function isOpen(value: object): boolean {
  try {
    if (!Object.isExtensible(value)) return false;
    // not with Reflect.ownKeys, which would dominate the time: this runs several times after each action
    for (const name of Object.getOwnPropertyNames(value)) if (!isPlainField(value, name)) return false;
    for (const symbol of Object.getOwnPropertySymbols(value)) if (!isPlainField(value, symbol)) return false;
    return true;
  } catch {
    return false;
  }
}

function isPlainField(object: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(object, key)?.writable === true;
}

function restoreParts(call: Call, { call: { id, event, actor, notes, request } }: CallSnapshot): string | undefined {
  if (
    call.id === id &&
    call.event === event &&
    call.actor === actor &&
    call.notes === notes &&
    call.request === request
  ) {
    return undefined;
  }
  Object.assign(call, { id, event, actor, notes, request });
  return "The action replaced a part of the call that must not be replaced";
}

function restoreNotes(call: Call, before: CallSnapshot): string | undefined {
  const wrong = isOpen(call.notes) ? problemOfNotes(call.notes, before.notes) : "call.notes cannot be changed or read";
  if (wrong !== undefined) Object.assign(call, { notes: { ...before.notes } });
  return wrong;
}

/** The fields of a call's notes that are strings. */
const stringNotes = ["serial", "tokenType", "containerSerial", "authentication", "info", "actionDetail"] as const;

/** Returns the problem of a call's notes. A field that the action has not changed is valid. */
function problemOfNotes(notes: CallNotes, before: CallNotes): string | undefined {
  for (const name of stringNotes) {
    const value: unknown = notes[name];
    if (value !== undefined && typeof value !== "string" && value !== before[name]) {
      return `call.notes.${name} is not a string`;
    }
  }
  const { user } = notes;
  return user === undefined || user === before.user || isUser(user) ? undefined : "call.notes.user is not a user";
}

function restoreRequest(call: Call, before: CallSnapshot): string | undefined {
  const { request } = call;
  let wrong: string | undefined;
  try {
    wrong = isOpen(request) ? problemOfRequest(request) : "call.request cannot be changed or read";
  } catch {
    wrong = "call.request cannot be read";
  }
  if (wrong === undefined) {
    // parameters may be frozen because other code also uses them; later actions must be able to change them
    if (!isOpen(request.parameters)) request.parameters = { ...request.parameters };
    return undefined;
  }
  const sound = { ...before.request, parameters: before.parameters, headers: before.headers };
  if (isOpen(request)) {
    // fields that did not exist before become undefined
    Object.assign(request, { user: undefined, clientIp: undefined }, sound);
  } else Object.assign(call, { request: sound });
  return wrong;
}

/** Returns the problem with the request of a call. May throw for an object that cannot be read. */
function problemOfRequest(request: CallRequest): string | undefined {
  const { method, path, parameters, headers, clientIp, user } = request as { [K in keyof CallRequest]: unknown };
  if (!isReadable(parameters)) return "call.request.parameters is not an object that can be read";
  if (!isReadable(headers)) return "call.request.headers is not an object that can be read";
  if (typeof method !== "string" || typeof path !== "string")
    return "call.request has a method or path that is not a string";
  if (clientIp !== undefined && typeof clientIp !== "string") return "call.request.clientIp is not a string";
  return user === undefined || isUser(user) ? undefined : "call.request.user is not a user";
}

function isReadable(value: unknown): boolean {
  try {
    return isRecord(value) && Object.keys({ ...value }).length >= 0;
  } catch {
    return false;
  }
}

function isUser(user: unknown): boolean {
  try {
    return isRecord(user) && typeof user.login === "string" && typeof user.realm === "string";
  } catch {
    return false;
  }
}

function restoreResponse(call: Call, before: ResponseSnapshot): string | undefined {
  let wrong: string | undefined;
  try {
    wrong = problemOfResponse(call.response) ?? problemOfBody(call.response?.body, before.response.body);
    if (wrong === undefined) thawResponse(call);
  } catch {
    wrong = "call.response cannot be read";
  }
  if (wrong === undefined) return undefined;
  const { response, headers, json } = before;
  call.response = { ...response, headers, body: json === undefined ? response.body : JSON.parse(json) };
  return wrong;
}

/**
 * Replaces frozen parts of a response with copies. An action may leave an object that is frozen because other code also
 * uses it, and later actions must be able to change the response.
 */
function thawResponse(call: Call): void {
  const response = call.response as CallResponse;
  const { headers, body } = response;
  if (!isOpen(response)) call.response = { ...response };
  const changeable = call.response as CallResponse;
  if (headers !== undefined && !isOpen(headers)) changeable.headers = { ...headers };
  if (isJsonBody(body) && !Object.isExtensible(body)) changeable.body = JSON.parse(JSON.stringify(body));
}

function problemOfResponse(response: unknown): string | undefined {
  if (!isRecord(response)) return "call.response is not a response";
  const { status, headers } = response;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    return "call.response.status is not a status from 200 to 599";
  }
  if (headers === undefined) return undefined;
  if (!isPlain(headers)) return "call.response.headers is not an object";
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

/**
 * Returns the problem with a body. An object or list must be serializable as JSON. Any other body that can be sent (a
 * string, a stream, bytes) has no problem.
 */
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
  // frameworks treat an object with `pipe` as a stream
  if (typeof (body as { pipe?: unknown }).pipe === "function")
    return "call.response.body is an object that cannot be sent";
  return isWritable(body) ? undefined : "call.response.body cannot be written as JSON";
}

function isWritable(body: object): boolean {
  try {
    return typeof JSON.stringify(body) === "string";
  } catch {
    return false;
  }
}

function isJsonBody(body: unknown): body is object {
  return Array.isArray(body) || isPlain(body);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Returns whether a body consists of bytes, is a stream that has not been read or another async iterable, or is an
 * object whose `toJSON` returns its JSON form.
 */
function isOpaque(body: object): boolean {
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true;
  const { pipe, on, destroyed, getReader, locked, toJSON } = body as Readonly<Record<string, unknown>>;
  if (typeof pipe === "function") return typeof on === "function" && destroyed !== true;
  if (typeof getReader === "function") return locked !== true;
  return typeof toJSON === "function" ? isWritable(body) : Symbol.asyncIterator in body;
}
