import { once } from "node:events";
import { get } from "node:http";
import { createBookend, memoryAudit, memoryBindings } from "@bookend/core";
import Fastify, { type FastifyRequest } from "fastify";
import { describe, expect, test } from "vitest";
import { echo, json, note, startServer, thing } from "../test/server.js";
import { auditCall, bookendPlugin, type FinishedCall } from "./index.js";

describe("the call", () => {
  test("has the parameters of query, body and path, in that order", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    await server.fetch(
      "/thing/path?serial=query&user=query&a=query",
      json({ serial: "body", user: "body", b: { c: 1 } }),
    );
    expect(server.sightings[0]?.parameters).toEqual({ serial: "path", user: "body", a: "query", b: { c: 1 } });
  });

  test("has the fields of a form, and all values of a repeated name", async () => {
    await using server = await startServer({
      routes: (app) => app.post("/thing", { config: { ...thing.config, lists: true } }, () => ({})),
      bindings: [note],
    });
    await server.fetch("/thing?x=1&x=2", { method: "POST", body: new URLSearchParams("user=a%40b&user=c&y=") });
    expect(server.sightings[0]?.parameters).toEqual({ x: ["1", "2"], user: ["a@b", "c"], y: "" });
  });

  test.each([
    ["/thing?a=1&a=2", undefined, 400, "PARAMETER_REPEATED"],
    ["/thing?list=1&list=2", undefined, 200, undefined],
    ["/thing", { method: "POST", body: new URLSearchParams("a=1&a=2") }, 400, "PARAMETER_REPEATED"],
    ["/thing", json({ a: ["1", "2"] }), 200, undefined],
    ["/thing", { method: "POST", body: new URLSearchParams("a&".repeat(1_002)) }, 413, "TOO_MANY_PARAMETERS"],
    [`/thing?${"b".repeat(201)}=1`, undefined, 400, "PARAMETER_NAME_TOO_LONG"],
    ["/thing", json({ deep: { [`${"b".repeat(201)}`]: 1 } }), 400, "PARAMETER_NAME_TOO_LONG"],
  ])("has limits: %s %j", async (path, init, status, code) => {
    await using server = await startServer({
      routes: (app) =>
        app.route({
          method: ["GET", "POST"],
          url: "/thing",
          config: { ...thing.config, lists: ["list"] },
          handler: () => ({}),
        }),
      bindings: [{ ...note, position: "pre" }],
    });
    const response = await server.fetch(path, init);
    expect([response.status, ((await response.json()) as { code?: string }).code]).toEqual([status, code]);
    expect(server.sightings).toHaveLength(status === 200 ? 1 : 0);
  });

  test("has no parameters from a body that is not an object", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    for (const body of [[{ user: "a" }], "user", 1, null]) await server.fetch("/thing?q=1", json(body));
    expect(server.sightings.map(({ parameters }) => parameters)).toEqual([
      { q: "1" },
      { q: "1" },
      { q: "1" },
      { q: "1" },
    ]);
  });

  test.each([
    ["/thing?__proto__=1", undefined],
    ["/thing?constructor=1", undefined],
    ["/thing", json({ prototype: 1 })],
    ["/thing", json({ deep: [{ constructor: 1 }] })],
    ["/thing", { method: "POST", body: new URLSearchParams("__proto__=1") }],
  ])("is refused if a name refers to the prototype: %s %j", async (path, init) => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    const response = await server.fetch(path, init);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "PARAMETER_REFUSED" });
    expect(server.sightings).toEqual([]);
  });

  test("is refused, without a stack overflow, if its body is nested too deeply", async () => {
    await using server = await startServer({ routes: echo });
    const depth = 100_000;
    const body = `{"a":${"[".repeat(depth)}{"constructor":1}${"]".repeat(depth)}}`;
    const response = await server.fetch("/thing", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(response.status).toBe(400);
  });

  test("has no parameter that was not sent, whatever its name", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, (request) => ({ value: typeof request.call.request.parameters.toString })),
    });
    expect(await (await server.fetch("/x")).json()).toEqual({ value: "undefined" });
  });

  test("does not have the wildcard of a path as a parameter", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/files/*", thing, () => ({})),
      bindings: [note],
    });
    await server.fetch("/files/a/b?x=1");
    expect(server.sightings[0]?.parameters).toEqual({ x: "1" });
  });

  test("has headers that are strings, whatever a client sends", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    const sent = get(`${server.url}/thing`, { headers: { "set-cookie": ["a=1", "b=2"], "x-list": ["a", "b"] } });
    const [response] = await once(sent, "response");
    response.resume();
    await once(response, "end");
    const headers = server.sightings[0]?.call.request.headers;
    expect(headers).toMatchObject({ "x-list": "a, b" });
    expect(headers?.["set-cookie"]).toBeUndefined();
  });

  test("has method, path, headers, actor and user", async () => {
    await using server = await startServer({
      routes: echo,
      bindings: [note],
      actor: async (request) => ({ username: `${request.headers.authorization}`, realm: "", role: "admin" }),
      user: ({ user }) => ({ login: String(user), realm: "reso" }),
    });
    await server.fetch("/thing/S1?user=hans", json({}, { authorization: "admin", "X-Thing": "1" }));
    expect(server.sightings[0]?.call).toMatchObject({
      event: "thing",
      actor: { username: "admin", realm: "", role: "admin" },
      request: {
        method: "POST",
        path: "/thing/S1",
        headers: { "x-thing": "1", authorization: "admin" },
        user: { login: "hans", realm: "reso" },
        clientIp: "127.0.0.1",
      },
    });
  });

  test("has a path for messages that hides what the route declares secret", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/serial/:otp/of/:user", { config: { ...thing.config, secrets: ["otp"] } }, () => ({})),
      bindings: [note],
    });
    await server.fetch("/serial/123456/of/hans?x=1");
    expect(server.sightings[0]?.call.request).toMatchObject({
      path: "/serial/123456/of/hans",
      publicPath: "/serial/<otp>/of/hans",
    });
  });

  test.each([
    ["192.0.2.43:51234", ["127.0.0.0/8"], "192.0.2.43"],
    ["unknown", ["127.0.0.0/8"], undefined],
    ["203.0.113.9", ["127.0.0.0/8"], "203.0.113.9"],
    ["203.0.113.9", [], "127.0.0.1"],
    ["203.0.113.9", ["10.0.0.0/8"], "127.0.0.1"],
  ])("has the client of X-Forwarded-For %s with the proxies %j: %s", async (header, trustedProxies, expected) => {
    await using server = await startServer({ routes: echo, bindings: [note], trustedProxies });
    await server.fetch("/thing", { headers: { "x-forwarded-for": header } });
    expect(server.sightings[0]?.call.request.clientIp).toBe(expected);
  });

  test("passes the parameters that a pre action changed to the handler", async () => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ position: "pre", action: "set_parameter", options: { name: "realm", value: "changed" } }],
    });
    const response = await server.fetch("/thing?realm=sent");
    expect(await response.json()).toEqual({ result: { status: true, value: { realm: "changed" } } });
  });

  test("raises the declared event of its route, and that of the GET route for a HEAD request", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, (request) => ({ id: request.call.id })),
      bindings: [note],
    });
    expect([...server.bookend.events]).toEqual(["thing"]);
    expect((await server.fetch("/x", { method: "HEAD" })).status).toBe(200);
    expect(server.sightings).toHaveLength(1);
  });

  test("does not exist on a route without an event", async () => {
    await using server = await startServer({ routes: (app) => app.get("/x", (request) => request.call) });
    const response = await server.fetch("/x");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "NO_CALL", message: expect.stringContaining("GET /x") });
  });

  test("fails on a route that was declared too early, which is not served without its event", async () => {
    const app = Fastify();
    const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
    app.register(bookendPlugin, { bookend });
    app.get("/early", thing, () => ({}));
    const response = await app.inject("/early");
    expect(response.json()).toMatchObject({ statusCode: 500, code: "ROUTE_BEFORE_PLUGIN" });
    bookend.close();
  });
});

describe("the audit log", () => {
  const rows = { begin: () => ({ success: () => undefined, failure: () => undefined }) };
  const failing = { ...rows, call: () => Promise.reject(new Error("disk full")) };

  test("contains each call, whatever its outcome, without its secrets", async () => {
    const audit = memoryAudit();
    await using server = await startServer({
      audit,
      routes: (app) => {
        app.get("/x", thing, (request) => {
          request.call.notes.serial = "S1";
          return {};
        });
        app.get("/secret/:otp", { config: { event: "thing", secrets: ["otp"] } }, () => {
          throw Object.assign(new Error("123456"), { code: "E_OTP" });
        });
        app.get("/list", { config: { audit: "list" } }, () => ({}));
        app.get("/none", () => ({}));
      },
    });
    for (const path of ["/x", "/secret/123456", "/list", "/none"]) await server.fetch(path);
    expect(audit.calls).toMatchObject([
      { action: "GET /x", event: "thing", success: true, serial: "S1", clientIp: "127.0.0.1" },
      { action: "GET /secret/<otp>", event: "thing", success: false, info: "Error (E_OTP)" },
      { action: "list", event: undefined, success: true },
    ]);
    expect(JSON.stringify(audit.calls)).not.toContain("123456");
  });

  test("contains the entry that the host returns, or none", async () => {
    const audit = memoryAudit();
    await using server = await startServer({
      audit,
      routes: (app) => {
        app.get("/x", thing, () => ({}));
        app.get("/y", thing, () => ({}));
      },
      auditEntry: (finished) =>
        finished.request.url === "/x" ? { ...auditCall(finished), action: "renamed" } : undefined,
    });
    await server.fetch("/x");
    await server.fetch("/y");
    expect(audit.calls.map(({ action }) => action)).toEqual(["renamed"]);
  });

  test.each([
    [false, 200],
    [true, 503],
  ])("fails a call whose entry cannot be written only if it is required (%s): status %i", async (required, status) => {
    const finished: FinishedCall[] = [];
    await using server = await startServer({
      audit: { sink: failing, required },
      routes: echo,
      onCall: (call) => void finished.push(call),
    });
    expect((await server.fetch("/thing")).status).toBe(status);
    expect(finished.map(({ response }) => response.status)).toEqual([status]);
  });
});

describe("onCall", () => {
  test("is called once, after post actions, before the response is sent", async () => {
    const finished: FinishedCall[] = [];
    const startedAt = new Date("2026-01-02T03:04:05Z");
    await using server = await startServer({
      routes: (app) =>
        app.get("/x", thing, (request) => {
          request.call.notes.serial = "S1";
          return {};
        }),
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" } }],
      clock: () => startedAt,
      onCall: async (call) => {
        await Promise.resolve();
        finished.push(call);
      },
    });
    await server.fetch("/x");
    expect(finished).toEqual([
      expect.objectContaining({
        call: expect.objectContaining({ event: "thing", notes: { serial: "S1" } }),
        response: { status: 200, headers: {}, body: { added: "x" } },
        error: undefined,
        event: "thing",
        raised: true,
        startedAt,
        durationMs: expect.any(Number),
        request: expect.objectContaining({ url: "/x" }),
      }),
    ]);
  });

  test("is called for routes that have only an audit name, and raise no event", async () => {
    const names: string[] = [];
    await using server = await startServer({
      routes: (app) => {
        app.get("/list", { config: { audit: "list" } }, (request) => ({ event: request.call.event }));
        const audit = ({ method }: FastifyRequest) => (method === "POST" ? "write" : undefined);
        app.route({ method: ["GET", "POST"], url: "/some", config: { audit }, handler: () => ({}) });
        app.get("/none", () => ({}));
      },
      bindings: [{ events: ["list", "write"] }],
      onCall: ({ call, raised }) => void names.push(`${call.event} ${raised}`),
    });
    expect(await (await server.fetch("/list")).json()).toEqual({ event: "list" });
    await server.fetch("/some");
    await server.fetch("/some", { method: "POST" });
    await server.fetch("/none");
    expect(names).toEqual(["list false", "write false"]);
    expect(server.sightings).toEqual([]);
    expect(server.bookend.events.size).toBe(0);
  });

  test("cannot fail the call", async () => {
    const lines: string[] = [];
    await using server = await startServer({
      routes: echo,
      log: { write: (line) => void lines.push(line) },
      onCall: async () => {
        throw new Error("disk full");
      },
    });
    expect((await server.fetch("/thing")).status).toBe(200);
    expect(lines.join("")).toContain("disk full");
  });
});

test("refuses a bad network of proxies when the server starts", async () => {
  const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
  const started = Fastify().register(bookendPlugin, { bookend, trustedProxies: ["10.0.0.0/40"] });
  await expect(started.ready()).rejects.toThrow('"10.0.0.0/40"');
  bookend.close();
});

test("keeps a form parser that the host has registered", async () => {
  const app = Fastify();
  app.addContentTypeParser("application/x-www-form-urlencoded", (_request, payload, done) => {
    payload.resume();
    once(payload, "end").then(() => done(null, { parsed: "by the host" }), done);
  });
  const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
  await app.register(bookendPlugin, { bookend });
  app.post("/x", thing, (request) => request.call.request.parameters);
  const response = await app.inject({
    method: "POST",
    url: "/x",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: "a=1",
  });
  expect(response.json()).toEqual({ parsed: "by the host" });
  bookend.close();
});
