import { describe, expect, test } from "vitest";
import { evenIfFailed, json, note, startServer, type TestServerOptions, thing } from "../test/server.js";
import { type FinishedCall, RefusedCallError } from "./index.js";

/** Bindings before and after the call, and one after it that failed calls reach, too. */
const bothEnds = [{ ...note, position: "pre" as const }, note, { ...note, conditions: evenIfFailed }];

async function server(options: Partial<TestServerOptions>) {
  const ran: string[] = [];
  const finished: FinishedCall[] = [];
  const started = await startServer({
    routes: (app) =>
      app.post("/thing", thing, async ({ call }) => ({ ran: ran.push(String(call.request.parameters.of)) })),
    bindings: bothEnds,
    onCall: (call) => void finished.push(call),
    ...options,
  });
  return Object.assign(started, { ran, finished });
}

describe("authorize", () => {
  test.each([
    ["false", () => false],
    ["a promise of false", async () => false],
    ["undefined, in spite of its type", () => undefined as unknown as boolean],
    ["an error", () => Promise.reject(new RefusedCallError("not yours"))],
  ])("that returns %s refuses the call: neither actions nor the handler run", async (_name, authorize) => {
    await using app = await server({ authorize });
    const response = await app.fetch("/thing", json({ of: "bob" }));
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ code: "CALL_REFUSED" })]);
    expect([app.sightings, app.ran]).toEqual([[], []]);
    expect(app.finished).toEqual([expect.objectContaining({ raised: false, refused: true })]);
  });

  test("receives the complete call, and runs once if no action ran before it", async () => {
    const asked: unknown[] = [];
    await using app = await server({
      bindings: [note],
      actor: () => ({ username: "alice", realm: "corp" }),
      user: ({ of }) => ({ login: String(of), realm: "corp" }),
      authorize: ({ actor, request }) => asked.push([actor, request.user, { ...request.parameters }]) > 0,
    });
    expect((await app.fetch("/thing", json({ of: "bob" }))).status).toBe(200);
    expect(asked).toEqual([[{ username: "alice", realm: "corp" }, { login: "bob", realm: "corp" }, { of: "bob" }]]);
    expect(app.finished).toEqual([expect.objectContaining({ raised: true, refused: false })]);
  });

  test("runs again after actions changed the call, and no further action runs if it refuses", async () => {
    await using app = await server({
      bindings: [
        { position: "pre", action: "set_parameter", options: { name: "of", value: "bob" } },
        note,
        { ...note, conditions: evenIfFailed },
      ],
      authorize: ({ request }) => request.parameters.of === "alice",
    });
    const response = await app.fetch("/thing", json({ of: "alice" }));
    expect([response.status, app.ran, app.sightings]).toEqual([403, [], []]);
    expect(app.finished).toEqual([expect.objectContaining({ raised: true, refused: true })]);
  });

  test("runs again after an action that changed no parameter, which may have changed what the caller may do", async () => {
    const answers = [true, false];
    await using app = await server({ authorize: () => answers.shift() === true });
    expect((await app.fetch("/thing", json({}))).status).toBe(403);
    expect([app.sightings.length, app.ran]).toEqual([1, []]);
  });
});

describe("a handler that finds out late that the call is not allowed", () => {
  class NotYours extends Error {}

  test.each([
    ["throws a RefusedCallError", new RefusedCallError("too late", { statusCode: 409 }), 409],
    ["throws an error that isRefusal recognizes", new NotYours("not yours"), 500],
  ])("%s: no post action runs, and no part of its response is sent", async (_name, error, status) => {
    await using app = await server({
      routes: (app) =>
        app.post("/thing", thing, async (_request, reply) => {
          reply.header("x-secret", "1");
          throw error;
        }),
      bindings: [note, { ...note, conditions: evenIfFailed }],
      isRefusal: (thrown) => thrown instanceof NotYours,
    });
    const response = await app.fetch("/thing", json({}));
    expect([response.status, response.headers.has("x-secret"), app.sightings]).toEqual([status, false, []]);
    expect(app.finished).toEqual([expect.objectContaining({ raised: true, refused: true, error })]);
  });
});

describe("normalize", () => {
  test("gives conditions, actions, authorize and the handler the same parameters, even after an action", async () => {
    const asked: unknown[] = [];
    await using app = await server({
      bindings: [
        { ...note, position: "pre" },
        { position: "pre", action: "set_parameter", options: { name: "alias", value: "x" } },
      ],
      normalize: ({ alias, ...parameters }) => ({ ...parameters, ...(alias !== undefined && { of: String(alias) }) }),
      authorize: ({ request }) => asked.push(request.parameters) > 0,
    });
    expect((await app.fetch("/thing", json({ alias: 7 }))).status).toBe(200);
    expect(app.sightings[0]?.parameters).toEqual({ of: "7" });
    expect(asked).toEqual([{ of: "7", alias: "x" }, { of: "x" }]);
    expect(app.ran).toEqual(["x"]);
  });

  test("refuses a call by throwing", async () => {
    await using app = await server({
      normalize: () => {
        throw Object.assign(new Error("both names"), { statusCode: 400 });
      },
    });
    expect((await app.fetch("/thing", json({}))).status).toBe(400);
    expect(app.sightings).toEqual([]);
  });
});
