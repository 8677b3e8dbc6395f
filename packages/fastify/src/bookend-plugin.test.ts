import { once } from "node:events";
import { get } from "node:http";
import { Readable } from "node:stream";
import { type BookendError, createBookend, memoryBindings } from "@bookend/core";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { describe, expect, test } from "vitest";
import { json, startServer } from "../test/server.js";
import { bookendPlugin, type FinishedCall } from "./index.js";

const thing = { config: { event: "thing" } };

/** A route that answers with the parameters of the call. */
const echo = (app: FastifyInstance) => {
  app.route({
    method: ["GET", "POST"],
    url: "/thing/:serial?",
    ...thing,
    handler: (request) => ({ result: { status: true, value: request.call.request.parameters } }),
  });
};

const note = { name: "note" };

describe("the call", () => {
  test("its parameters are those of query, body and path, in that order", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    await server.fetch(
      "/thing/path?serial=query&user=query&a=query",
      json({ serial: "body", user: "body", b: { c: 1 } }),
    );
    expect(server.sightings[0]?.parameters).toEqual({ serial: "path", user: "body", a: "query", b: { c: 1 } });
  });

  test("a form is read, and a repeated name has all of its values", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    await server.fetch("/thing?x=1&x=2", { method: "POST", body: new URLSearchParams("user=a%40b&user=c&y=") });
    expect(server.sightings[0]?.parameters).toEqual({ x: ["1", "2"], user: ["a@b", "c"], y: "" });
  });

  test("a body that is no object has no parameters", async () => {
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
  ])("refuses names that mean the prototype: %s %j", async (path, init) => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    const response = await server.fetch(path, init);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "PARAMETER_REFUSED" });
    expect(server.sightings).toEqual([]);
  });

  test("refuses a deeply nested body without running out of stack", async () => {
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

  test("a parameter that was not sent is absent, whatever it is called", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, (request) => ({ value: typeof request.call.request.parameters.toString })),
    });
    expect(await (await server.fetch("/x")).json()).toEqual({ value: "undefined" });
  });

  test("the wildcard of a path is no parameter", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/files/*", thing, () => ({})),
      bindings: [note],
    });
    await server.fetch("/files/a/b?x=1");
    expect(server.sightings[0]?.parameters).toEqual({ x: "1" });
  });

  test("its headers are texts, whatever a client sends", async () => {
    await using server = await startServer({ routes: echo, bindings: [note] });
    const sent = get(`${server.url}/thing`, { headers: { "set-cookie": ["a=1", "b=2"], "x-list": ["a", "b"] } });
    const [response] = await once(sent, "response");
    response.resume();
    await once(response, "end");
    const headers = server.sightings[0]?.call.request.headers;
    expect(headers).toMatchObject({ "x-list": "a, b" });
    expect(headers?.["set-cookie"]).toBeUndefined();
  });

  test("method, path, headers, actor and user are known", async () => {
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

  test.each([
    ["203.0.113.9", ["127.0.0.0/8"], "203.0.113.9"],
    ["203.0.113.9", [], "127.0.0.1"],
    ["203.0.113.9", ["10.0.0.0/8"], "127.0.0.1"],
  ])("X-Forwarded-For %s behind %j is %s", async (header, trustedProxies, expected) => {
    await using server = await startServer({ routes: echo, bindings: [note], trustedProxies });
    await server.fetch("/thing", { headers: { "x-forwarded-for": header } });
    expect(server.sightings[0]?.call.request.clientIp).toBe(expected);
  });

  test("a pre action changes the parameters that the handler reads", async () => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ position: "pre", action: "set_parameter", options: { name: "realm", value: "changed" } }],
    });
    const response = await server.fetch("/thing?realm=sent");
    expect(await response.json()).toEqual({ result: { status: true, value: { realm: "changed" } } });
  });

  test("the event of each route is declared, and a HEAD request raises that of its GET route", async () => {
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, (request) => ({ id: request.call.id })),
      bindings: [note],
    });
    expect([...server.bookend.events]).toEqual(["thing"]);
    expect((await server.fetch("/x", { method: "HEAD" })).status).toBe(200);
    expect(server.sightings).toHaveLength(1);
  });

  test("a route without an event has no call", async () => {
    await using server = await startServer({ routes: (app) => app.get("/x", (request) => request.call) });
    const response = await server.fetch("/x");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "NO_CALL", message: expect.stringContaining("GET /x") });
  });

  test("a route that was declared too early is not served without its event", async () => {
    const app = Fastify();
    const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
    app.register(bookendPlugin, { bookend });
    app.get("/early", thing, () => ({}));
    const response = await app.inject("/early");
    expect(response.json()).toMatchObject({ statusCode: 500, code: "ROUTE_BEFORE_PLUGIN" });
    bookend.close();
  });
});

describe("the response", () => {
  const body = { result: { status: true } };
  type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;
  const handlers: [string, Handler, Partial<{ status: number; body: unknown; headers: Record<string, string> }>][] = [
    ["returned", () => body, { status: 200, body }],
    ["returned later", async () => body, { status: 200, body }],
    [
      "sent",
      (_, reply) => void reply.code(201).header("X-Made", 1).send(body),
      { status: 201, body, headers: { "x-made": "1" } },
    ],
    ["sent and the reply returned", (_, reply) => reply.send(body), { body }],
    ["sent and the reply returned later", async (_, reply) => reply.send(body), { body }],
    ["sent from a callback", (_, reply) => void setImmediate(() => reply.send(body)), { body }],
    [
      "sent from a callback, the reply returned",
      async (_, reply) => {
        setImmediate(() => reply.send(body));
        return reply;
      },
      { body },
    ],
    [
      "a redirect",
      (_, reply) => reply.redirect("/elsewhere"),
      { status: 302, headers: { location: "/elsewhere" }, body: undefined },
    ],
    ["nothing", async (_, reply) => void reply.code(204), { status: 204, body: undefined }],
    ["a WHATWG response", () => Response.json(body, { status: 202 }), { status: 202, body }],
    ["a text", () => "text", { body: "text" }],
  ];

  test.each(handlers)("%s: post actions see it, and it goes out", async (_name, handler, expected) => {
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, handler as () => unknown),
      bindings: [note],
    });
    const response = await server.fetch("/x", { redirect: "manual" });
    expect(server.sightings).toHaveLength(1);
    expect(server.sightings[0]).toMatchObject(expected);
    expect(response.status).toBe(server.sightings[0]?.status);
    const text = await response.text();
    expect(text).toBe(typeof expected.body === "object" ? JSON.stringify(expected.body) : (expected.body ?? ""));
    for (const [name, value] of Object.entries(expected.headers ?? {})) expect(response.headers.get(name)).toBe(value);
  });

  test("a stream and a buffer are passed through", async () => {
    await using server = await startServer({
      routes: (app) => {
        app.get("/stream", thing, (_, reply) => reply.type("text/csv").send(Readable.from(["a", "b"])));
        app.get("/buffer", thing, () => Buffer.from([1, 2, 3]));
        app.get("/fetch", thing, () => new Response("raw", { headers: { "content-type": "text/x-raw" } }));
      },
      bindings: [note],
    });
    const stream = await server.fetch("/stream");
    expect([stream.headers.get("content-type"), await stream.text()]).toEqual(["text/csv", "ab"]);
    expect([...new Uint8Array(await (await server.fetch("/buffer")).arrayBuffer())]).toEqual([1, 2, 3]);
    const raw = await server.fetch("/fetch");
    expect([raw.headers.get("content-type"), await raw.text()]).toEqual(["text/x-raw", "raw"]);
    expect(server.sightings).toHaveLength(3);
  });

  test("what a post action changes in it goes out", async () => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" } }],
    });
    expect(await (await server.fetch("/thing")).json()).toEqual({ result: { status: true, value: {} }, added: "x" });
  });

  test("a response that replaces it goes out whole, without the handler's headers, with those of hooks", async () => {
    await using server = await startServer({
      routes: (app) => {
        app.addHook(
          "onRequest",
          async (_request, reply) => void reply.header("x-hook", "1").header("set-cookie", "hook=1"),
        );
        app.get("/x", thing, (_, reply) =>
          reply.header("x-handler", "1").header("set-cookie", "own=1").type("text/html").send("<p>"),
        );
      },
      bindings: [
        {
          action: "respond",
          options: {
            status: 418,
            body: { tea: true },
            headers: { "X-New": "1", "Content-Length": "3", "Keep-Alive": "timeout=999" },
          },
        },
      ],
    });
    const response = await server.fetch("/x");
    expect(response.status).toBe(418);
    expect(await response.json()).toEqual({ tea: true });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-hook": "1",
      "x-new": "1",
      "content-type": "application/json; charset=utf-8",
    });
    expect(response.headers.has("x-handler")).toBe(false);
    expect(response.headers.get("keep-alive")).not.toBe("timeout=999");
  });

  test.each([
    { status: 99 },
    { status: 200, headers: { "x-bad": "a\r\nset-cookie: stolen=1" } },
    { status: 200, headers: { "bad name": "1" } },
  ])("an impossible response of an action is answered with 500: %j", async (options) => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ action: "respond", options: { body: {}, ...options } }],
    });
    const response = await server.fetch("/thing");
    expect(response.status).toBe(500);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await response.json()).toEqual({
      statusCode: 500,
      error: "Internal Server Error",
      message: "Internal Server Error",
    });
  });

  test("of two answers the first counts, and the second is logged", async () => {
    const lines: string[] = [];
    await using server = await startServer({
      routes: (app) =>
        app.get("/x", thing, async (_, reply) => {
          reply.send({ first: true });
          return { second: true };
        }),
      bindings: [note],
      log: { write: (line) => void lines.push(line) },
    });
    expect(await (await server.fetch("/x")).json()).toEqual({ first: true });
    expect(lines.join("")).toContain("answered twice");
  });

  test("a hijacked reply is left alone", async () => {
    const lines: string[] = [];
    await using server = await startServer({
      routes: (app) =>
        app.get("/x", thing, (_, reply) => {
          reply.hijack();
          reply.raw.end("mine");
        }),
      bindings: [note],
      log: { write: (line) => void lines.push(line) },
    });
    expect(await (await server.fetch("/x")).text()).toBe("mine");
    expect(server.sightings).toHaveLength(1);
    expect(lines).toEqual([]);
  });
});

describe("a call that fails", () => {
  const failing = (error: unknown) => (app: FastifyInstance) => {
    app.get("/thrown", thing, () => {
      throw error;
    });
    app.get("/rejected", thing, async (_request, reply) => {
      reply.type("text/csv").header("x-kept", "1");
      throw error;
    });
    app.get("/sent", thing, (_request, reply) => reply.send(error));
  };
  const teapot = Object.assign(new Error("short and stout"), { statusCode: 418, code: "TEAPOT" });

  test.each(["/thrown", "/rejected", "/sent"])("reaches post actions as its error response: %s", async (path) => {
    await using server = await startServer({ routes: failing(teapot), bindings: [note] });
    const response = await server.fetch(path);
    const body = { statusCode: 418, code: "TEAPOT", error: "I'm a Teapot", message: "short and stout" };
    expect([response.status, await response.json()]).toEqual([418, body]);
    expect(server.sightings[0]).toMatchObject({ status: 418, body });
  });

  test("is answered as the host says, and post actions may change that", async () => {
    await using server = await startServer({
      routes: failing(teapot),
      errorResponse: (error) => ({
        status: 400,
        headers: { "x-why": "1" },
        body: { result: { status: false, error: { message: String(error) } } },
      }),
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" } }],
    });
    const response = await server.fetch("/rejected");
    expect([response.status, response.headers.get("x-why"), response.headers.get("x-kept")]).toEqual([400, "1", "1"]);
    expect(await response.json()).toEqual({
      result: { status: false, error: { message: "Error: short and stout" } },
      added: "x",
    });
  });

  test("keeps what broke inside of the server there, and logs it", async () => {
    const lines: string[] = [];
    await using server = await startServer({
      routes: failing(new Error("table users is gone")),
      log: { write: (line) => void lines.push(line) },
    });
    const response = await server.fetch("/thrown");
    expect([response.status, await response.json()]).toEqual([
      500,
      { statusCode: 500, error: "Internal Server Error", message: "Internal Server Error" },
    ]);
    expect(lines.join("")).toContain("table users is gone");
  });

  test("an errorResponse that throws is Fastify's to answer", async () => {
    await using server = await startServer({
      routes: failing(teapot),
      errorResponse: () => {
        throw new Error("no words");
      },
    });
    expect((await server.fetch("/thrown")).status).toBe(500);
  });

  test("aborted before it began: the handler does not run", async () => {
    const ran: string[] = [];
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, ({ id }) => ran.push(id)),
      bindings: [{ position: "pre", action: "abort" }],
    });
    const response = await server.fetch("/x");
    expect([response.status, await response.json()]).toEqual([
      423,
      expect.objectContaining({ statusCode: 423, code: "CALL_ABORTED", message: expect.stringContaining("not today") }),
    ]);
    expect(ran).toEqual([]);
  });

  test("aborted afterwards: nothing of the handler's answer goes out", async () => {
    await using server = await startServer({
      routes: (app) => {
        app.addHook(
          "onRequest",
          async (_request, reply) => void reply.header("x-hook", "1").header("set-cookie", ["hook=1", "hook=2"]),
        );
        app.get("/x", thing, (_, reply) =>
          reply.header("x-secret", "1").header("set-cookie", "session=1").type("text/html").send("secret"),
        );
      },
      bindings: [{ action: "fail", abortOnError: true }],
      errorResponse: (error) => ({ status: 500, body: { code: (error as BookendError).code } }),
    });
    const response = await server.fetch("/x");
    expect([response.status, await response.json()]).toEqual([500, { code: "CALL_ABORTED" }]);
    expect(response.headers.has("x-secret")).toBe(false);
    expect(response.headers.get("x-hook")).toBe("1");
    expect(response.headers.getSetCookie()).toEqual(["hook=1", "hook=2"]);
  });

  test.each(["actor", "user"])("refused by %s: no event, the error goes out", async (callback) => {
    const finished: FinishedCall[] = [];
    const refuse = async () => {
      throw Object.assign(new Error("no token"), { statusCode: 401 });
    };
    await using server = await startServer({
      routes: echo,
      bindings: [note, { position: "pre" }],
      [callback]: refuse,
      onCall: (call) => void finished.push(call),
    });
    const response = await server.fetch("/thing?user=hans");
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ message: "no token" })]);
    expect(server.sightings).toEqual([]);
    expect(finished).toEqual([
      expect.objectContaining({ raised: false, error: expect.objectContaining({ message: "no token" }) }),
    ]);
  });
});

describe("onCall", () => {
  test("is told once, after post actions, before the response is out", async () => {
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
        raised: true,
        startedAt,
        durationMs: expect.any(Number),
        request: expect.objectContaining({ url: "/x" }),
      }),
    ]);
  });

  test("is told of routes that name an audit, which raise nothing", async () => {
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

test("a bad network of proxies is refused when the server starts", async () => {
  const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
  const started = Fastify().register(bookendPlugin, { bookend, trustedProxies: ["10.0.0.0/40"] });
  await expect(started.ready()).rejects.toThrow('"10.0.0.0/40"');
  bookend.close();
});

test("a form parser that the host has is kept", async () => {
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
