import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generatedTypes } from "../test/generated-types.js";
import { type HonoServer, startHonoServer } from "../test/hono-server.js";
import { type Client, ClientError, createClient } from "./index.js";

const fields = { name: "tell", event: ["token_init"], handlermodule: "Note", action: "write", options: { to: "door" } };

describe("the client of a server with nothing but the API", () => {
  let server: HonoServer;
  let client: Client;
  beforeAll(async () => {
    server = await startHonoServer();
    client = createClient({ baseUrl: server.url, token: () => "letmein" });
  });
  afterAll(() => server.close());

  test("returns the caller's rights, and describes the server", async () => {
    expect(await client.rights()).toMatchObject({
      user: { name: "letmein" },
      rights: expect.arrayContaining(["bindings:write"]),
    });
    expect((await client.describe()).handlers.map(({ id }) => id)).toEqual(["Note"]);
    expect((await client.describe("Note")).actions[0]?.options).toMatchObject({ required: ["to"] });
    expect((await client.tags({ position: "pre" })).map(({ name }) => name)).toContain("serial");
    expect(await client.openapi()).toMatchObject({ openapi: "3.1.0" });
  });

  test("adds, changes, orders, copies, exports, imports and deletes bindings", async () => {
    const { bindings } = client;
    const { binding, warnings } = await bindings.add({ ...fields, options: { to: "door", key: "geheim" } });
    expect([binding.options, warnings]).toEqual([{ to: "door", key: "***" }, []]);
    const patched = await bindings.patch(binding.id, { options: { to: "board" }, revision: binding.revision });
    expect(patched.binding).toMatchObject({ revision: 2, options: { to: "board", key: "***" } });
    const copy = (await bindings.copy(binding.id, { name: "copy" })).binding;
    await bindings.enable(copy.id);
    const page = await bindings.list({ search: "copy", page_size: 10 });
    expect([page.count, page.bindings[0]?.active]).toEqual([1, true]);
    const order = [
      { id: copy.id, ordering: 1 },
      { id: binding.id, ordering: 2 },
    ];
    expect((await bindings.order(order, { revision: page.revision })).bindings.map(({ name }) => name)).toEqual([
      "copy",
      "tell",
    ]);
    expect(await bindings.bulk({ operation: "disable", filter: { search: "copy" } })).toMatchObject({
      bindings: [{ name: "copy", outcome: "changed" }],
    });
    const exported = await bindings.export();
    expect(exported.masked.map(({ option }) => option)).toEqual(["key", "key"]);
    const dry = await bindings.import(exported.bindings, { dry_run: true });
    expect(dry.bindings.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
    const yaml = {
      text: "- {name: y, event: [token_init], handlermodule: Note, action: write, options: {to: x}}",
      type: "application/yaml",
    } as const;
    expect((await bindings.import(yaml, { inactive: true })).bindings).toMatchObject([{ name: "y", active: false }]);
    await bindings.disable(binding.id);
    const history = await bindings.history(binding.id);
    expect(history.entries.map(({ operation }) => operation)).toEqual(["disable", "order", "change", "create"]);
    const restored = await bindings.restore(binding.id, { entry: history.entries[3]?.entry ?? 0 });
    expect(restored.binding).toMatchObject({ options: { to: "door", key: "***" }, active: true });
    expect((await bindings.history()).count).toBeGreaterThan(history.count);
    for (const { id } of await bindings.all()) await bindings.delete(id);
    expect(await bindings.all()).toEqual([]);
    expect(await server.bookend.bindings.list()).toEqual([]);
  });

  test("checks a binding, and explains a call", async () => {
    expect(await client.check({ ...fields, options: { to: "x", colour: "red" } })).toMatchObject({
      valid: false,
      problems: [{ field: "options.colour" }],
    });
    expect(await client.explain({ event: "token_init", parameters: { serial: "x" } })).toMatchObject({
      event: "token_init",
    });
  });
});

describe("a failed request rejects with a ClientError", () => {
  let server: HonoServer;
  beforeAll(async () => {
    server = await startHonoServer([{ ...fields, events: fields.event, handler: "Note" }]);
  });
  afterAll(() => server.close());
  const refused = (request: Promise<unknown>) =>
    request.then(
      () => undefined,
      (error: unknown) => error,
    );

  test("with the status, code, message and problems of the API's refusal", async () => {
    const nobody = createClient({ baseUrl: `${server.url}/` });
    expect(await refused(nobody.bindings.all())).toMatchObject({
      name: "ClientError",
      status: 401,
      code: 4033,
      message: "no token",
    });
    const reader = createClient({ baseUrl: server.url, token: "reader" });
    expect(await reader.bindings.all()).toHaveLength(1);
    expect(await refused(reader.bindings.delete(1))).toMatchObject({ status: 403, code: 303 });
    const client = createClient({ baseUrl: server.url, headers: { authorization: "Bearer letmein" } });
    const error = await refused(client.bindings.patch(1, { options: { colour: "red" } }));
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ status: 400, code: 905, problems: [{ field: "options.colour" }] });
    expect(await refused(client.bindings.patch(1, { name: "x", revision: 7 }))).toMatchObject({ status: 409 });
    expect(await refused(client.bindings.get(7))).toMatchObject({ status: 404, code: 601 });
  });

  test.each([
    [
      "a response of another server",
      async () => new Response("<h1>hello</h1>", { status: 502, headers: { "content-type": "text/html" } }),
      502,
    ],
    ["a response that is not JSON", async () => new Response("<h1>hello</h1>"), 0],
    ["an empty object", async () => Response.json({}), 0],
    ["a result without a value", async () => Response.json({ result: { status: true } }), 0],
    ["a server that cannot be reached", async () => Promise.reject(new TypeError("fetch failed")), 0],
    [
      "a response that does not arrive in time",
      (request: Request) =>
        new Promise<Response>((_, reject) =>
          request.signal.addEventListener("abort", () => reject(request.signal.reason)),
        ),
      0,
    ],
  ])("with the code 0 for %s", async (_what, fetch, status) => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1/event", fetch, timeoutMs: 20 });
    expect(await refused(client.rights())).toMatchObject({ name: "ClientError", status, code: 0 });
  });
});

describe("a stream", () => {
  const readCsv = async (client: Client) => {
    let text = "";
    for await (const piece of client.audit.csv()) text += piece;
    return text;
  };
  type Pull = (controller: ReadableStreamDefaultController<Uint8Array>) => void;
  const onlyOnce = (pull: Pull): Pull => {
    let pulled = false;
    return (controller) => {
      if (!pulled) pull(controller);
      pulled = true;
    };
  };
  const csv = (pull: Pull) => async () =>
    new Response(new ReadableStream({ pull }), { headers: { "content-type": "text/csv" } });

  test.each([
    [
      "stands still",
      csv(onlyOnce((controller) => controller.enqueue(new TextEncoder().encode("number\r\n")))),
      "no data arrived for 20 ms",
    ],
    ["breaks off", csv((controller) => controller.error(new TypeError("terminated"))), "terminated"],
  ])("rejects if the response %s", async (_what, fetch, reason) => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1/event", fetch, timeoutMs: 20 });
    await expect(readCsv(client)).rejects.toMatchObject({
      name: "ClientError",
      message: expect.stringContaining(reason),
    });
  });
});

describe("a backtest", () => {
  type Body = string | ReadableStream<Uint8Array>;
  const backtest = async (body: Body, timeoutMs = 20_000) => {
    const fetch = async () => new Response(body, { headers: { "content-type": "application/x-ndjson" } });
    const client = createClient({ baseUrl: "http://127.0.0.1:1/event", fetch, timeoutMs });
    const types: string[] = [];
    let error: unknown;
    try {
      for await (const { type } of client.backtest({ id: 1 })) types.push(type);
    } catch (caught) {
      error = caught;
    }
    return { types, error };
  };
  const progress = '{"type":"progress","done":0,"of":0}';
  const summary = '{"type":"summary","calls":0,"would_run":0,"would_not":0,"unknown":0,"reasons":{}}';
  const brokenOff = (message: string) =>
    expect.objectContaining({ name: "ClientError", status: 0, message: expect.stringContaining(message) });
  /** Sends a piece every few milliseconds forever. */
  const drip = (piece: string, everyMs: number) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });

  test("is read line by line, with or without a line feed at the end, and regardless of how it is split", async () => {
    const whole = `${progress}\n\n${progress}\n${summary}`;
    const bytes = new TextEncoder().encode(whole);
    for (const body of [
      whole,
      `${whole}\n`,
      new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
    ]) {
      expect(await backtest(body)).toEqual({ types: ["progress", "progress", "summary"], error: undefined });
    }
    expect(await backtest('{"type":"error","message":"x"}')).toEqual({ types: ["error"], error: undefined });
  });

  test.each<[string, () => Body, string, number?]>([
    ["ends without a summary", () => `${progress}\n`, "it has no summary"],
    ["ends within a line", () => `${progress}\n${summary.slice(0, 40)}`, "a line of it is not JSON"],
    ["contains something else", () => `${progress}\n5\n`, "a line that does not belong to a backtest"],
    ["has an endless line", () => drip("x".repeat(1_000_000), 0), "a line of more than 16777216 characters"],
    ["arrives one character at a time", () => drip("x", 5), "no complete line arrived for 50 ms", 50],
  ])("rejects if the stream %s", async (_what, body, message, timeoutMs) => {
    expect((await backtest(body(), timeoutMs)).error).toEqual(brokenOff(message));
  });
});

test("rejects without sending anything if the token cannot be obtained", async () => {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    return Response.json({});
  };
  const token = () => Promise.reject(new Error("the vault is sealed"));
  const client = createClient({ baseUrl: "http://127.0.0.1:1/event", fetch, token });
  await expect(client.rights()).rejects.toMatchObject({
    name: "ClientError",
    message: "The token could not be obtained: the vault is sealed",
  });
  expect(requests).toEqual([]);
});

test("has types that match the current API", async () => {
  const stored = await readFile(new URL("./api-types.ts", import.meta.url), "utf8");
  expect(stored).toBe(await generatedTypes());
});
