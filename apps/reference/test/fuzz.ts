import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdmin } from "@bookend/admin";
import { optionsJsonSchemaOf } from "@bookend/core";
import { createSessions } from "@bookend/mfa";
import {
  hostileCondition,
  hostilePhoneNumber,
  hostilePointer,
  hostileString,
  hostileTemplate,
  hostileValue,
} from "@bookend/test-kit/hostile";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { apiRoutes, loadSecrets, parseConfig, type ReferenceServer, startServer } from "../src/index.js";
import { type FuzzRequest, type FuzzRoute, fuzzRequests } from "./fuzz-requests.js";
import { type FuzzResponse, type FuzzTransport, injected, overSockets } from "./fuzz-transport.js";

/** Number of requests after which the server's data is restored and other bindings are stored. */
const batch = 1_000;

/** Number of bindings that are tried for each batch. */
const bindingsOfBatch = 40;

/** Number of concurrent requests. */
const callers = 8;

/** Milliseconds after which a request counts as hanging. */
const patience = 30_000;

/** The result of a fuzz run. */
export interface FuzzReport {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Numbers of bindings that were tried, and of those that the server accepted. */
  readonly bindings: { readonly tried: number; readonly accepted: number };
  /** Kinds of faults, each with an input that causes it. There must be none. */
  readonly faults: Readonly<Record<string, { readonly times: number; readonly input: unknown }>>;
  readonly auditOk: boolean;
}

/** Options of a fuzz run. */
export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /**
   * Whether to send requests over the network, as clients do. Otherwise, they are passed to the server directly, which
   * is faster. @default false
   */
  readonly sockets?: boolean | undefined;
  /** Called with the number of requests so far, and with each kind of fault when it is first seen. */
  readonly tell?: ((line: string) => void) | undefined;
}

/**
 * Sends `runs` random requests to a new server, with random bindings at all events. The same seed sends the same
 * requests.
 */
export async function fuzzApp({ runs, seed, sockets = false, tell }: FuzzOptions): Promise<FuzzReport> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-fuzz-"));
  const faults: Record<string, { times: number; input: unknown }> = {};
  const fault = (kind: string, input: unknown) => {
    const known = faults[kind];
    if (known) known.times += 1;
    else {
      faults[kind] = { times: 1, input };
      tell?.(`${kind} ${JSON.stringify(input)?.slice(0, 1_000)}`);
    }
  };
  const rejected = (error: unknown) => fault(`unhandled: ${error instanceof Error ? error.stack : error}`, undefined);
  process.on("unhandledRejection", rejected);
  process.on("uncaughtException", rejected);
  const logged = { write: (line: string) => noteLog(JSON.parse(line), fault) };
  const { server, app } = await start(dataDirectory, pino({ level: "warn" }, logged));
  try {
    const sessions = createSessions({ key: new Uint8Array(32), lifetime: 60, ...server.domain });
    // the app has one route for the whole management API, which lists its own routes; they are included twice, so that
    // they are chosen more often
    const management = createAdmin({ bookend: server.bookend, authorize: () => true }).routes;
    const routes: readonly FuzzRoute[] = [
      ...apiRoutes({ ...server, sessions, serverUrl: () => server.url }),
      ...["/healthz", "/readyz"].map((path) => ({ method: "GET", path })),
      ...management,
      ...management,
    ];
    const requests = fuzzRequests(routes);
    const transport = sockets ? overSockets(server.url) : injected(app);
    const statuses: Record<string, number> = {};
    const bindings = { tried: 0, accepted: 0 };
    for (let sent = 0; sent < runs; sent += batch) {
      const tokens = await prepare(server, app);
      // only every other batch has bindings of the ResponseMangler, which may turn any response into something else
      const mangled = (sent / batch) % 2 === 1;
      await bindAtRandom(server, { seed: seed + sent, mangled }, bindings, fault);
      const queue = fc.sample(requests, { numRuns: Math.min(batch, runs - sent), seed: seed + sent });
      const caller = async () => {
        for (let request = queue.pop(); request; request = queue.pop()) {
          const sending = { token: tokens[request.caller], mangled };
          const status = await send(transport, request, sending, fault);
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));
      tell?.(`${sent + batch} requests`);
    }
    const alive = await app.inject({ method: "GET", url: "/readyz" });
    if (alive.statusCode !== 200) fault(`not ready afterwards: ${alive.body}`, undefined);
    const { ok } = await server.store.audit.verify();
    return { requests: runs, statuses, bindings, faults, auditOk: ok };
  } finally {
    await server.close();
    process.off("unhandledRejection", rejected);
    process.off("uncaughtException", rejected);
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/**
 * Reports a line of the server's log as a fault if it describes an error that no code throws deliberately, whatever the
 * response was.
 */
function noteLog(line: Record<string, unknown>, fault: (kind: string, input: unknown) => void): void {
  const text = JSON.stringify(line);
  if (text.includes('"CallAbortedError"')) return;
  if (/TypeError|RangeError|ReferenceError|SyntaxError|SQLITE_|LibsqlError|SqliteError/.test(text) || "err" in line) {
    const { time: _, pid: __, hostname: ___, ...rest } = line;
    fault(`log: ${String(line.msg)}: ${firstFrames(rest)}`, rest);
  }
}

function firstFrames({ err, error, frames }: Record<string, unknown>): string {
  const stack = (err as { stack?: string } | undefined)?.stack;
  return (
    stack?.split("\n").slice(0, 4).join(" ") ?? `${JSON.stringify(error)} ${JSON.stringify(frames)?.slice(0, 200)}`
  );
}

async function start(dataDirectory: string, logger: Logger) {
  const scripts = join(dataDirectory, "scripts");
  await mkdir(scripts, { mode: 0o700 });
  await writeFile(join(scripts, "echo.sh"), "#!/bin/sh\nexec cat\n", { mode: 0o700 });
  const config = parseConfig({
    dataDirectory,
    port: 0,
    trustedProxies: ["127.0.0.1"],
    rateLimit: { exempt: ["127.0.0.1", "10.0.0.0/8"] },
    pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
    outgoing: { allow: ["127.0.0.1", "::1"] },
  });
  let app: FastifyInstance | undefined;
  const secrets = await loadSecrets(config);
  const extend = (made: FastifyInstance) => {
    app = made;
  };
  const server = await startServer({ config, secrets, logger, extend });
  if (!app) throw new Error("The server has no app.");
  return { server, app };
}

type Tokens = Readonly<Record<FuzzRequest["caller"], string | undefined>>;

/** Restores users, tokens and containers after requests changed them, and logs in. */
async function prepare({ domain, bookend }: ReferenceServer, app: FastifyInstance): Promise<Tokens> {
  const { admins, resolvers, realms, users, tokens, containers } = domain;
  const otpkey = "3132333435363738393031323334353637383930";
  for (const { id } of await bookend.bindings.list()) await bookend.bindings.remove(id);
  await admins.save("admin", { password: "admin-password", email: "admin@corp.example" });
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await realms.setDefault("corp");
  for (const login of ["alice", "bob"]) {
    const found = await users.find({ login, realm: "", resolver: "people" });
    const details = {
      password: `${login}-pass`,
      givenname: login,
      email: `${login}@corp.example`,
      mobile: "+12025550101",
    };
    if (found) await users.update({ login, realm: "corp", resolver: "people" }, details);
    else await users.add("people", { username: login, ...details });
  }
  for (const serial of ["A1", "A2", "A3", "A4", "A5", "F1", "F2"])
    await tokens.delete({ serial }).catch(() => undefined);
  const alice = { login: "alice", realm: "corp" };
  const types = [
    { type: "hotp", otpkey },
    { type: "totp", otpkey },
    { type: "spass" },
    { type: "email", dynamic_email: "1" },
  ];
  for (const [index, type] of types.entries())
    await tokens.init({ serial: `A${index + 1}`, pin: "1234", ...type }, alice);
  await tokens.init({ serial: "F1", type: "hotp", otpkey, pin: "1234" });
  for (const serial of ["C1", "CF1"]) await containers.delete(serial).catch(() => undefined);
  await containers.create({ type: "generic", serial: "C1" });
  await containers.assign("C1", alice);
  await containers.create({ type: "generic", serial: "CF1" });
  const logIn = async (username: string) => {
    const payload = { username, password: username === "admin" ? "admin-password" : `${username}-pass` };
    const response = await app.inject({ method: "POST", url: "/auth", payload });
    const token: unknown = response.json().result.value?.token;
    if (typeof token !== "string") throw new Error(`${username} cannot log in: ${response.body}`);
    return token;
  };
  return { nobody: undefined, alice: await logIn("alice"), admin: await logIn("admin") };
}

/**
 * Saves bindings of every module with random options, conditions and templates; most are refused, and the others run.
 */
async function bindAtRandom(
  { bookend }: ReferenceServer,
  { seed, mangled }: { readonly seed: number; readonly mangled: boolean },
  count: { tried: number; accepted: number },
  fault: (kind: string, input: unknown) => void,
): Promise<void> {
  const { registry, events } = bookend;
  const text = fc.oneof(
    fc.constantFrom(
      "a",
      "1",
      "True",
      "alice",
      "user",
      "realm",
      "serial",
      "/detail/a",
      "/result/value",
      "http://127.0.0.1:1/",
    ),
    fc.constantFrom("{serial} {username}", "{{#if serial}}x{{/if}}", "hotp", "tokenowner", "corp", "1d", "{now}+1d"),
    hostileString,
    hostileTemplate,
    hostilePointer,
    hostilePhoneNumber,
  );
  const handlers = [...registry.handlers.keys()].filter((handler) => mangled || handler !== "ResponseMangler");
  const actions = handlers.flatMap((handler) =>
    [...registry.actionsOf(handler).actions].map(([action, definition]) => ({
      handler,
      action,
      options: optionsOf(optionsJsonSchemaOf(definition), text),
    })),
  );
  const conditionNames = [...registry.conditions.keys()];
  const input = fc.constantFrom(...actions).chain(({ handler, action, options }) =>
    fc.record({
      handler: fc.constant(handler),
      action: fc.constant(action),
      events: fc.uniqueArray(fc.constantFrom(...events), { minLength: 1, maxLength: 12 }),
      position: fc.constantFrom("pre" as const, "post" as const),
      options,
      conditions: fc.oneof(
        fc.constant({}),
        fc.dictionary(fc.constantFrom(...conditionNames), fc.oneof(text, hostileCondition, hostileValue), {
          maxKeys: 2,
        }),
      ),
    }),
  );
  for (const binding of fc.sample(input, { numRuns: bindingsOfBatch, seed })) {
    count.tried += 1;
    try {
      // names must be unique
      await bookend.bindings.add({ name: `fuzz ${count.tried}`, ...binding });
      count.accepted += 1;
    } catch (error) {
      if ((error as { code?: string }).code !== "BINDING_INVALID") fault(`binding: ${(error as Error).stack}`, binding);
    }
  }
}

/** Generates random options of an action: the required ones, and some others. */
function optionsOf(
  schema: Readonly<Record<string, unknown>>,
  text: fc.Arbitrary<string>,
): fc.Arbitrary<Record<string, unknown>> {
  const properties = (schema.properties ?? {}) as Readonly<
    Record<string, { readonly enum?: readonly unknown[] } | boolean>
  >;
  const values = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const choices = typeof property === "object" ? property.enum : undefined;
      if (/url|server|host/i.test(name)) return [name, fc.constantFrom("http://127.0.0.1:1/", "{serial}", "fuzz")];
      if (!choices?.length) return [name, text];
      return [name, fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...choices) }, { weight: 1, arbitrary: text })];
    }),
  );
  const requiredKeys = Array.isArray(schema.required) ? schema.required.filter((name) => name in values) : [];
  const all = fc.record(values, { requiredKeys, noNullPrototype: true });
  // a binding with a random value for each of its options would nearly always be refused
  const few = fc.tuple(all, fc.array(fc.constantFrom(...Object.keys(values), ""), { maxLength: 3 }));
  return few.map(([made, kept]) =>
    Object.fromEntries(Object.entries(made).filter(([name]) => requiredKeys.includes(name) || kept.includes(name))),
  );
}

/** Sends one request, and checks its response. */
async function send(
  transport: FuzzTransport,
  request: FuzzRequest,
  { token, mangled }: { readonly token: string | undefined; readonly mangled: boolean },
  fault: (kind: string, input: unknown) => void,
): Promise<number> {
  const { method, url, headers } = request;
  const where = `${method} ${url.split(/[?/]/, 4).join("/")}`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, patience, "late");
  });
  try {
    const authorized = { ...(token !== undefined && { authorization: token }), ...headers };
    const response = await Promise.race([transport({ ...request, headers: authorized }), late]);
    if (response === "late") {
      fault(`no response within ${patience} ms: ${where}`, request);
      return 0;
    }
    if (response === undefined) return 0;
    const { status, body } = response;
    // a binding may make a call fail if its action fails, for example one that forwards to an address without a server
    if (body.includes("ERR903: The call was aborted: Federation:forward ")) return status;
    if (status >= 500) fault(`${status} ${where}: ${body}`.replace(/"time":[\d.]+/, ""), request);
    const flaw = flawOfEnvelope(request, response);
    if (flaw !== undefined && !mangled) fault(`${flaw}: ${status} ${where} ${body.slice(0, 200)}`, request);
    return status;
  } catch (error) {
    fault(`${where}: ${error instanceof Error ? error.stack : error}`, request);
    return 0;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns the flaw of a response. Every response is an envelope, except health, pages, files, lines of a stream, the
 * descriptions of the API and responses without a body; the envelope of a failure has a code and a message.
 */
function flawOfEnvelope({ method, url }: FuzzRequest, { status, body, contentType }: FuzzResponse): string | undefined {
  if (method === "HEAD" || method === "OPTIONS" || /^\/(healthz|readyz)/.test(url)) return undefined;
  if (status === 200 && /^(text\/csv|application\/(octet|x-ndjson)|text\/plain|text\/html)/.test(contentType))
    return undefined;
  if (status === 200 && /^\/event\/(openapi|asyncapi)\.json/.test(url)) return undefined;
  let parsed: { jsonrpc?: unknown; result?: { status?: unknown; error?: { code?: unknown; message?: unknown } } };
  try {
    parsed = JSON.parse(body) ?? {};
  } catch {
    return "no JSON";
  }
  const { jsonrpc, result } = parsed;
  if (jsonrpc !== "2.0" || typeof result?.status !== "boolean") return "no envelope";
  if (result.status !== status < 400) return "the envelope's status is not that of the response";
  if (result.status) return undefined;
  const { code, message } = result.error ?? {};
  return typeof code === "number" && typeof message === "string" && message !== "" ? undefined : "no code and message";
}
