import { describe, expect, test } from "vitest";
import { deferred } from "../test/deferred.js";
import { evenIfFailed, json, note, startServer, thing } from "../test/server.js";
import type { FinishedCall } from "./index.js";

const setParameter = (name: string, value: string) => ({
  position: "pre" as const,
  action: "set_parameter",
  options: { name, value },
});

const schema = {
  body: {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string", maxLength: 5 }, count: { type: "integer" }, realm: { default: "corp" } },
    additionalProperties: false,
  },
};

describe("the validation of a route", () => {
  test("runs after pre actions, which can complete a request", async () => {
    await using server = await startServer({
      routes: (app) => app.post("/x", { ...thing, schema }, ({ body }) => ({ body })),
      bindings: [setParameter("name", "alice")],
    });
    const response = await server.fetch("/x", json({ count: "7" }));
    expect([response.status, await response.json()]).toEqual([
      200,
      { body: { name: "alice", count: 7, realm: "corp" } },
    ]);
  });

  test("validates the changes of pre actions; if it refuses them, the call has failed", async () => {
    const ran: string[] = [];
    await using server = await startServer({
      routes: (app) => app.post("/x", { ...thing, schema }, () => ran.push("x")),
      bindings: [setParameter("name", "far too long"), note, { ...note, conditions: evenIfFailed }],
    });
    const response = await server.fetch("/x", json({ name: "bob" }));
    expect([response.status, await response.json()]).toEqual([
      400,
      { statusCode: 400, code: "FST_ERR_VALIDATION", error: "Bad Request", message: expect.stringContaining("name") },
    ]);
    expect([ran, server.sightings.map(({ status }) => status)]).toEqual([[], [400]]);
  });

  test("decides what the handler, conditions and authorize see", async () => {
    const asked: unknown[] = [];
    await using server = await startServer({
      routes: (app) => app.post("/x", { ...thing, schema }, ({ call }) => ({ ...call.request.parameters })),
      bindings: [note],
      user: ({ realm }) => ({ login: "bob", realm: String(realm) }),
      authorize: ({ request }) => asked.push([request.user?.realm, { ...request.parameters }]) > 0,
    });
    const response = await server.fetch("/x", json({ name: "bob", count: "7", admin: true }));
    const validated = { name: "bob", count: 7, realm: "corp" };
    expect(await response.json()).toEqual(validated);
    expect(server.sightings[0]?.parameters).toEqual(validated);
    expect(asked).toEqual([
      ["undefined", { name: "bob", count: "7", admin: true }],
      ["corp", validated],
    ]);
  });

  test("refuses the call if it fills in a parameter that the caller may not use: neither the handler nor post actions run", async () => {
    const finished: FinishedCall[] = [];
    const ran: string[] = [];
    await using server = await startServer({
      routes: (app) => app.post("/x", { ...thing, schema }, () => ran.push("x")),
      bindings: [note, { ...note, conditions: evenIfFailed }],
      authorize: ({ request }) => request.parameters.realm !== "corp",
      onCall: (call) => void finished.push(call),
    });
    expect((await server.fetch("/x", json({ name: "bob" }))).status).toBe(403);
    expect([ran, server.sightings]).toEqual([[], []]);
    expect(finished).toEqual([expect.objectContaining({ refused: true })]);
  });
});

test("changes of pre actions appear in the body, the query and the path, where the parameters came from", async () => {
  await using server = await startServer({
    routes: (app) => app.post("/x/:id", thing, ({ body, query, params }) => ({ body, query, params })),
    bindings: ["id", "q", "b", "fresh"].map((name) => setParameter(name, `new ${name}`)),
  });
  const response = await server.fetch("/x/1?q=old&kept=1", json({ b: { nested: true } }));
  expect(await response.json()).toEqual({
    body: { b: "new b", fresh: "new fresh" },
    query: { q: "new q", kept: "1" },
    params: { id: "new id" },
  });
});

test("a pre action cannot add a parameter with a name that clients must not send", async () => {
  await using server = await startServer({
    routes: (app) => app.post("/x", thing, ({ body }) => ({ body })),
    bindings: [setParameter("constructor", "x")],
  });
  const response = await server.fetch("/x", json({}));
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({ code: "PARAMETER_REFUSED" }),
  ]);
});

describe("hooks", () => {
  test("before the validation refuse a request before its event; those after it fail the call", async () => {
    const seen: string[] = [];
    await using server = await startServer({
      routes: (app) => {
        app.addHook("onError", async (_request, _reply, error) => void seen.push(error.message));
        for (const hook of ["onRequest", "preValidation", "preHandler"] as const) {
          const refuse = async () => {
            throw Object.assign(new Error(hook), { statusCode: 401 });
          };
          app.post(`/${hook}`, { ...thing, [hook]: refuse }, () => ({}));
        }
      },
      bindings: [
        { ...note, position: "pre" },
        { ...note, conditions: evenIfFailed },
      ],
    });
    for (const hook of ["onRequest", "preValidation"])
      expect((await server.fetch(`/${hook}`, json({}))).status).toBe(401);
    expect(server.sightings).toEqual([]);
    const response = await server.fetch("/preHandler", json({}));
    expect([response.status, await response.json()]).toMatchObject([401, { message: "preHandler" }]);
    expect(server.sightings.map(({ status }) => status)).toEqual([undefined, 401]);
    expect(seen).toEqual(["onRequest", "preValidation", "preHandler"]);
  });

  test.each([
    ["a callback", (reply: { send(payload: unknown): unknown }) => void reply.send({ cached: true })],
    ["a promise", async (reply: { send(payload: unknown): unknown }) => reply.send({ cached: true })],
    ["a promise of nothing", async (reply: { send(payload: unknown): unknown }) => void reply.send({ cached: true })],
  ])("can respond instead of the handler through %s, and post actions see the response", async (_name, answer) => {
    const ran: string[] = [];
    await using server = await startServer({
      routes: (app) =>
        app.post("/x", { ...thing, preHandler: (_request, reply) => answer(reply) as never }, () => ran.push("x")),
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" } }],
    });
    expect(await (await server.fetch("/x", json({}))).json()).toEqual({ cached: true, added: "x" });
    expect(ran).toEqual([]);
  });

  test("can hijack the reply, which ends the call", async () => {
    const finished = deferred<FinishedCall>();
    await using server = await startServer({
      routes: (app) =>
        app.post(
          "/x",
          {
            ...thing,
            preHandler: async (_request, reply) => {
              reply.hijack();
              reply.raw.end("mine");
            },
          },
          () => ({}),
        ),
      onCall: finished.resolve,
    });
    expect(await (await server.fetch("/x", json({}))).text()).toBe("mine");
    expect((await finished.promise).raised).toBe(true);
  });
});

describe("a client that hangs up", () => {
  test("does not change the call: its handler ends, and post actions run", async () => {
    const entered = deferred<void>();
    const answer = deferred<object>();
    const finished = deferred<FinishedCall>();
    await using server = await startServer({
      routes: (app) =>
        app.get("/x", thing, (request) => {
          request.raw.socket.once("close", () => answer.resolve({ done: true }));
          entered.resolve();
          return answer.promise;
        }),
      bindings: [note],
      onCall: finished.resolve,
    });
    const client = new AbortController();
    const response = server.fetch("/x", { signal: client.signal });
    await entered.promise;
    client.abort();
    await expect(response).rejects.toThrow();
    expect((await finished.promise).response).toMatchObject({ status: 200, body: { done: true } });
    expect(server.sightings).toHaveLength(1);
  });

  test("ends a call whose handler never responds after that", async () => {
    const entered = deferred<void>();
    const finished = deferred<FinishedCall>();
    await using server = await startServer({
      routes: (app) =>
        app.get("/x", thing, () => {
          entered.resolve();
          return new Promise(() => undefined);
        }),
      hangUpTimeoutMs: 5,
      onCall: finished.resolve,
    });
    const client = new AbortController();
    const response = server.fetch("/x", { signal: client.signal });
    await entered.promise;
    client.abort();
    await expect(response).rejects.toThrow();
    expect(await finished.promise).toMatchObject({ response: { status: 499 }, error: { code: "CALL_ABANDONED" } });
  });
});

describe("closing a server", () => {
  test("waits for calls whose clients have hung up", async () => {
    const finished: FinishedCall[] = [];
    const [begun, closing, goOn] = [deferred<void>(), deferred<void>(), deferred<void>()];
    const server = await startServer({
      routes: (app) => {
        app.get("/x", thing, async () => {
          begun.resolve();
          await goOn.promise;
          return "done";
        });
        // runs before the hook of the plugin
        app.addHook("onClose", async () => closing.resolve());
      },
      onCall: (call) => void finished.push(call),
    });
    const client = new AbortController();
    const response = server.fetch("/x", { signal: client.signal });
    await begun.promise;
    client.abort();
    await expect(response).rejects.toThrow();
    let isClosed = false;
    const closed = server.app.close().then(() => {
      isClosed = true;
    });
    await closing.promise;
    await new Promise(setImmediate);
    expect([isClosed, finished]).toEqual([false, []]);
    goOn.resolve();
    await closed;
    expect(finished).toHaveLength(1);
  });
});
