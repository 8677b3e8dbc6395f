import { type Bookend, createBookend, defineHandler, memoryAudit, memoryBindings } from "@bookend/core";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { z } from "zod";
import { bookendPlugin } from "./index.js";

const broken = defineHandler({
  id: "Broken",
  description: "Breaks.",
  positions: ["pre", "post"],
  actions: {
    parse: {
      description: "",
      options: z.strictObject({ text: z.string().transform((text): unknown => JSON.parse(text)) }),
      run: () => undefined,
    },
    answer: { description: "", options: z.strictObject({}), run: () => new Response("x") as never },
    status: {
      description: "",
      options: z.strictObject({}),
      run: ({ call }) => void Object.assign(call, { response: { status: 7, body: {} } }),
    },
    body: {
      description: "",
      options: z.strictObject({}),
      run: ({ call }) => void Object.assign(call.response?.body ?? {}, { result: 1n }),
    },
    parameters: {
      description: "",
      options: z.strictObject({}),
      run: ({ call }) => void Object.assign(call.request, { parameters: null }),
    },
    hang: {
      description: "",
      options: z.strictObject({}),
      timeoutMs: 10,
      run: () => new Promise<never>(() => undefined),
    },
  },
});

test.each([
  ["parse", "post", { text: "{" }],
  ["answer", "post", {}],
  ["status", "post", {}],
  ["body", "post", {}],
  ["parameters", "pre", {}],
  ["parameters", "post", {}],
  ["hang", "pre", {}],
] as const)(
  "reports a stored binding whose code throws as a fault, and the call succeeds: %s at %s",
  async (action, position, options) => {
    const audit = memoryAudit();
    const bookend = createBookend({
      handlers: [broken],
      audit,
      bindings: memoryBindings([{ name: "b", events: ["thing"], position, handler: "Broken", action, options }]),
    });
    const app = Fastify();
    await app.register(bookendPlugin, { bookend });
    app.post("/thing", { config: { event: "thing" } }, (request) => ({
      result: { status: true, value: request.call.request.parameters.a },
    }));
    for (let call = 0; call < 2; call++) {
      const response = await app.inject({ method: "POST", url: "/thing", payload: { a: "1" } });
      expect([response.statusCode, response.json()]).toEqual([200, { result: { status: true, value: "1" } }]);
    }
    expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["fault", "fault"]);

    await bookend.bindings.setActive(1, false);
    expect((await app.inject({ method: "POST", url: "/thing", payload: { a: "1" } })).statusCode).toBe(200);
    expect(audit.entries).toHaveLength(2);
    await bookend.bindings.remove(1);
    await app.close();
    bookend.close();
  },
);

/** Fails with an error whose message contains a secret. */
const leaky = defineHandler({
  id: "Leaky",
  description: "Fails.",
  positions: ["pre"],
  actions: {
    fail: {
      description: "",
      options: z.strictObject({}),
      run: () => {
        throw new RangeError("hunter2 is out of range");
      },
    },
  },
});

test.each([
  [undefined, false],
  [false, false],
  [true, true],
])("development %s: shows the message of a fault and of an error: %s", async (development, shown) => {
  const lines: string[] = [];
  const bookend = createBookend({
    handlers: [leaky],
    bindings: memoryBindings([
      { name: "a", events: ["a"], position: "pre", handler: "Leaky", action: "fail", abortOnError: true },
      { name: "b", events: ["b"], position: "pre", handler: "Leaky", action: "fail" },
    ]),
    ...(development !== undefined && { development }),
  });
  const app = Fastify({ logger: { level: "warn", stream: { write: (line: string) => void lines.push(line) } } });
  app.addHook("onClose", () => bookend.close());
  await app.register(bookendPlugin, { bookend });
  const fail = () => {
    throw new Error("hunter2 again");
  };
  app.get("/a", { config: { event: "a" } }, () => ({}));
  app.get("/b", { config: { event: "b" } }, fail);
  const aborted = await app.inject("/a");
  expect(aborted.statusCode).toBe(500);
  expect(aborted.json().message).toMatch(/^The call was aborted: Leaky:fail of binding 1 failed\./);
  expect(aborted.body.includes("hunter2 is out of range")).toBe(shown);
  expect((await app.inject("/b")).body.includes("hunter2 again")).toBe(shown);
  // Bookend logs to the server's log if it has no logger
  const faults = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "action failed");
  expect(faults.map(({ bindingId }) => bindingId)).toEqual([1, 2]);
  expect(faults.map(({ message }) => message?.includes("hunter2") ?? false)).toEqual([shown, shown]);
  await app.close();
});

test("a Bookend with a logger keeps it, and one without keeps that of its first server", async () => {
  const lines: string[] = [];
  const server = async (name: string, bookend: Bookend) => {
    const stream = { write: (line: string) => void lines.push(`${name} ${JSON.parse(line).msg}`) };
    const app = Fastify({ logger: { level: "warn", stream } });
    await app.register(bookendPlugin, { bookend });
    app.get("/b", { config: { event: "b" } }, () => ({}));
    return app;
  };
  const options = {
    handlers: [leaky],
    bindings: memoryBindings([{ name: "b", events: ["b"], position: "pre", handler: "Leaky", action: "fail" }]),
  } as const;
  const own: string[] = [];
  const log = (_: object, message: string) => void own.push(message);
  const withLogger = createBookend({ ...options, logger: { debug: log, info: log, warn: log, error: log } });
  const without = createBookend(options);
  for (const app of [await server("1", withLogger), await server("2", without), await server("3", without)]) {
    expect((await app.inject("/b")).statusCode).toBe(200);
    await app.close();
  }
  expect(own).toEqual(["action failed"]);
  expect(lines).toEqual(["2 action failed", "2 action failed"]);
  withLogger.close();
  without.close();
});
