import {
  type Actor,
  type BindingInput,
  type Bookend,
  type Call,
  type CallResponse,
  createCall,
  problemMessage,
  type RecordedCall,
  type UserRef,
} from "@bookend/core";
import { z } from "zod";
import { bindingChanges, bindingFields, optionPrefix } from "./binding-fields.js";
import { givenBinding } from "./binding-parameters.js";
import type { Result } from "./envelope.js";
import { parameterError } from "./errors.js";
import { type Fields, fromJson, isRecord, objectField, refuseUnknown, textField, wrong } from "./fields.js";
import type { AdminOptions } from "./options.js";
import { createProblemList } from "./problems.js";
import { recordedCall } from "./recorded-call.js";
import { getBinding, idOf, withSecrets } from "./save-binding.js";

const named = z.union([z.string(), z.record(z.string(), z.string())]);

const callParameters = {
  call: z
    .string()
    .optional()
    .describe("Id of a recorded call, as an alternative to the parameters that describe a call."),
  event: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  user: named.optional(),
  realm: z.string().optional(),
  resolver: z.string().optional(),
  serial: z.string().optional(),
  client_ip: z.string().optional(),
  user_agent: z.string().optional(),
  logged_in_user: named.optional(),
  logged_in_role: z.string().optional(),
  response: z.record(z.string(), z.unknown()).optional(),
};

/** The parameter that contains a binding. */
export const givenBindingFields = z
  .strictObject({ ...givenBinding.shape, id: z.int().optional(), revision: z.int().optional() })
  .describe("A binding, stored or not. With the id of a stored binding, *** represents its secrets.");

/** Parameters of `POST /explain`. */
export const explainParameters = z.strictObject({ ...callParameters, binding: givenBindingFields.optional() });

/** Parameters of `POST /preview`. */
export const previewParameters = z.strictObject({
  ...callParameters,
  id: z.int().optional().describe("Id of a stored binding, as an alternative to binding."),
  binding: givenBindingFields.partial().optional(),
});

/** The options of `createAdmin` that explaining a call needs. */
type ExplainHost = Pick<AdminOptions<never>, "bookend" | "directories" | "user" | "calls">;

/**
 * Handles `POST /event/explain`: returns whether each binding of the event would run for this call, and the values that
 * its conditions saw. If the request contains a binding, returns this only for the given binding.
 */
export async function explainCall(host: ExplainHost, fields: Fields): Promise<Result> {
  const { bookend } = host;
  refuseUnknown(fields, Object.keys(explainParameters.shape));
  const { binding, ...ofCall } = fields;
  const recorded = await recordedOf(host, ofCall);
  const asked = binding === undefined || binding === null ? undefined : await bindingOf(bookend, undefined, binding);
  const { event, bindings } = recorded
    ? await bookend.explainRecorded(recorded, asked)
    : asked
      ? await bookend.explainBinding(await callOf(host, ofCall), asked)
      : await bookend.explain(await callOf(host, ofCall));
  const list = createProblemList();
  return {
    value: {
      event,
      bindings: bindings.map(({ handler, wouldRun, problems, ...explained }) => ({
        ...explained,
        handlermodule: handler,
        would_run: wouldRun,
        ...list(problems),
      })),
    },
  };
}

/**
 * Handles `POST /event/preview`: returns the templates of a binding, stored or not, rendered for this call.
 */
export async function previewTexts(host: ExplainHost, fields: Fields): Promise<Result> {
  const { bookend } = host;
  refuseUnknown(fields, Object.keys(previewParameters.shape));
  const { binding, id, ...ofCall } = fields;
  const shown = await bindingOf(bookend, id, binding);
  const recorded = await recordedOf(host, ofCall);
  if (recorded) return { value: { texts: await bookend.previewRecorded(recorded, shown) } };
  const call = await callOf(host, { ...ofCall, event: ofCall.event ?? shown.events?.[0] });
  // if no call is described, sample values show how the message will read
  const sample = Object.entries(ofCall).every(([name, value]) => name === "event" || value == null);
  return { value: { texts: await bookend.preview(call, shown, { sample }) } };
}

/**
 * Returns the recorded call whose id is in the field `call`; undefined without this field.
 *
 * @throws {AdminError} 400 if other fields describe a call as well; 404 if there is no such recorded call
 */
async function recordedOf({ calls }: ExplainHost, fields: Fields): Promise<RecordedCall | undefined> {
  const id = textField(fields, "call");
  if (id === undefined) return undefined;
  const others = Object.keys(fields).filter((name) => name !== "call" && fields[name] != null);
  if (others.length > 0) {
    const allowed = "the id of a recorded call, or the parameters that describe a call";
    throw parameterError(problemMessage(`cannot be combined with ${others.join(", ")}`, allowed, "call"));
  }
  return recordedCall(calls, id);
}

/**
 * Returns the stored binding with the given id. The fields of a given binding replace the stored ones, with stored
 * secrets instead of each `***` that the client sent back.
 */
export async function bindingOf(
  bookend: Bookend,
  id: unknown,
  given: unknown,
): Promise<BindingInput & { readonly id?: number | undefined }> {
  const number = idOf({ id: id ?? (isRecord(given) ? given.id : undefined) });
  const stored = number === undefined ? undefined : await getBinding(bookend, number);
  if (given === undefined || given === null) {
    if (!stored) throw wrong("id", undefined, "the id of a stored binding, or a binding in the parameter binding");
    return stored;
  }
  const fields = objectField({ binding: given }, "binding") ?? {};
  refuseUnknown(fields, ["id", "revision", ...bindingFields], optionPrefix);
  const { changes } = withSecrets(bookend, bindingChanges(fields), stored);
  return { ...stored, ...changes } as BindingInput & { readonly id?: number };
}

/** Returns the call that the fields describe. */
async function callOf(host: ExplainHost, fields: Fields): Promise<Call> {
  const event = textField(fields, "event");
  const { events } = host.bookend;
  if (event === undefined || (events.size > 0 && !events.has(event))) {
    throw wrong("event", event, events.size > 0 ? [...events].sort().join(", ") : "the name of an event");
  }
  const parameters = parametersOf(fields);
  const userAgent = textField(fields, "user_agent");
  const headers = textsOf("headers", objectField(fields, "headers") ?? {});
  const actor = actorOf(fields);
  return createCall({
    event,
    request: {
      method: textField(fields, "method")?.toUpperCase() ?? "POST",
      path: textField(fields, "path") ?? `/${event}`,
      parameters,
      headers: { ...headers, ...(userAgent !== undefined && { "user-agent": userAgent }) },
      clientIp: textField(fields, "client_ip"),
      user: await userOf(fields, parameters, actor, host),
    },
    actor,
    response: responseOf(fields),
  });
}

/** Returns the parameters that a real call would have sent: the given ones, and those that have a separate field. */
function parametersOf(fields: Fields): Record<string, unknown> {
  const parameters: Record<string, unknown> = { ...objectField(fields, "parameters") };
  for (const name of ["realm", "resolver", "serial"]) {
    const value = textField(fields, name);
    if (value !== undefined) parameters[name] = value;
  }
  if (!isRecord(fromJson(fields.user, "user"))) {
    const user = textField(fields, "user");
    if (user !== undefined) parameters.user = user;
  }
  return parameters;
}

/**
 * Returns the user of a call. A string is read by the host's functions `user` or `directories.users.fromParameters`,
 * as in real calls, or as `login@realm` if the host has neither; an object is used unchanged.
 */
async function userOf(
  fields: Fields,
  parameters: Readonly<Record<string, unknown>>,
  actor: Actor | undefined,
  { directories: { users } = {}, user: ofAdapter }: ExplainHost,
): Promise<UserRef | undefined> {
  const given = fromJson(fields.user, "user");
  if (isRecord(given)) {
    refuseUnknown(given, ["login", "realm", "resolver"]);
    const login = textField(given, "login");
    if (login === undefined) throw wrong("user", given, "a string, or an object with login, realm, resolver");
    return { login, realm: textField(given, "realm") ?? "", resolver: textField(given, "resolver") };
  }
  if (ofAdapter) return ofAdapter({ parameters, actor });
  if (users?.fromParameters) return users.fromParameters(parameters);
  const { user, realm, resolver } = parameters;
  if (typeof user !== "string" || user === "") return undefined;
  const [login, ownRealm] = split(user);
  const rest = { resolver: typeof resolver === "string" ? resolver : undefined };
  return typeof realm === "string" ? { login: user, realm, ...rest } : { login, realm: ownRealm, ...rest };
}

/**
 * Returns the actor of a call. If the actor is given as a string without a role, an actor with a realm is a user and an
 * actor without a realm is an admin, since local admins have no realm.
 */
function actorOf(fields: Fields): Actor | undefined {
  const given = fromJson(fields.logged_in_user, "logged_in_user");
  const role = textField(fields, "logged_in_role");
  if (isRecord(given)) {
    refuseUnknown(given, ["username", "realm", "role"]);
    const username = textField(given, "username");
    if (username === undefined) {
      throw wrong("logged_in_user", given, "a string, or an object with username, realm, role");
    }
    return { username, realm: textField(given, "realm") ?? "", role: textField(given, "role") ?? role };
  }
  const text = textField(fields, "logged_in_user");
  if (text === undefined || text === "") return undefined;
  const [username, realm] = split(text);
  return { username, realm, role: role ?? (realm === "" ? "admin" : "user") };
}

/**
 * Returns the response of a call. An object with a `body` is a complete response; any other object is the body of a
 * response with status 200.
 */
function responseOf(fields: Fields): CallResponse | undefined {
  const given = objectField(fields, "response");
  if (!given) return undefined;
  if (!Object.hasOwn(given, "body")) return { status: 200, headers: {}, body: given };
  refuseUnknown(given, ["status", "headers", "body"]);
  const { status = 200, body } = given;
  if (!Number.isSafeInteger(status)) throw wrong("response.status", status, "an HTTP status");
  return { status: status as number, headers: textsOf("response.headers", objectField(given, "headers") ?? {}), body };
}

function textsOf(name: string, fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([header, value]) => {
      if (typeof value !== "string") throw wrong(`${name}.${header}`, value, "a string");
      return [header.toLowerCase(), value];
    }),
  );
}

function split(user: string): readonly [login: string, realm: string] {
  const at = user.lastIndexOf("@");
  return at < 0 ? [user, ""] : [user.slice(0, at), user.slice(at + 1)];
}
