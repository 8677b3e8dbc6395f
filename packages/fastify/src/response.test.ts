import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { describe, expect, test } from "vitest";
import { echo, note, startServer, thing } from "../test/server.js";

describe("the plugin", () => {
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
    ["a string", () => "text", { body: "text" }],
  ];

  test.each(handlers)("lets post actions see the response, and sends it: %s", async (_name, handler, expected) => {
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

  test("passes a stream and a buffer through", async () => {
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

  test("sends what a post action changed", async () => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" } }],
    });
    expect(await (await server.fetch("/thing")).json()).toEqual({ result: { status: true, value: {} }, added: "x" });
  });

  test("sends a replaced response as a whole, with the headers of hooks but not the handler's", async () => {
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
  ])("replaces an invalid response of an action with the previous one: %j", async (options) => {
    await using server = await startServer({
      routes: echo,
      bindings: [{ action: "respond", options: { body: {}, ...options } }],
    });
    const response = await server.fetch("/thing");
    expect(response.status).toBe(200);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await response.json()).toEqual({ result: { status: true, value: {} } });
  });

  test("sends the first of two responses, and logs the second", async () => {
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
    expect(lines.join("")).toContain("responded twice");
  });

  test("leaves a hijacked reply alone", async () => {
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
