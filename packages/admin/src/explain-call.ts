import { type Actor, type CallResponse, createCall, type UserRef } from "@bookend/core";
import { z } from "zod";
import type { Result } from "./envelope.js";
import { type Fields, fromJson, isRecord, objectField, refuseUnknown, textField, wrong } from "./fields.js";
import type { AdminOptions } from "./options.js";
import { createProblemList } from "./problems.js";

const named = z.union([z.string(), z.record(z.string(), z.string())]);

/** Parameters of `POST /explain`. */
export const explainParameters = z.strictObject({
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
});

/** What a call is explained with. */
type ExplainHost = Pick<AdminOptions<never>, "bookend" | "directories" | "user">;

/** `POST /event/explain`: for each binding of the event, whether it would run for this call, and what each condition saw. */
export async function explainCall(host: ExplainHost, fields: Fields): Promise<Result> {
  const { bookend } = host;
  refuseUnknown(fields, Object.keys(explainParameters.shape));
  const event = textField(fields, "event");
  const { events } = bookend;
  if (event === undefined || (events.size > 0 && !events.has(event))) {
    throw wrong("event", event, events.size > 0 ? [...events].sort().join(", ") : "the name of an event");
  }
  const parameters = parametersOf(fields);
  const userAgent = textField(fields, "user_agent");
  const headers = textsOf("headers", objectField(fields, "headers") ?? {});
  const actor = actorOf(fields);
  const call = createCall({
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
  const { bindings } = await bookend.explain(call);
  const list = createProblemList();
  return {
    value: {
      event,
      bindings: bindings.map(({ handler, wouldRun, problems, ...binding }) => ({
        ...binding,
        handlermodule: handler,
        would_run: wouldRun,
        ...list(problems),
      })),
    },
  };
}

/** What a real call would have sent: the given parameters, and those that are asked for by name. */
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

/** A string is understood as the adapter, or the host's routes, do, else as `login@realm`; an object is taken as it is. */
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

/** Without a role, one with a realm is a user and one without is an admin, as local admins are. */
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

/** An object with a `body` is a whole response, any other one is its body. */
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
