import { createBookend, defineHandler, memoryAudit, memoryBindings } from "@bookend/core";
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
  "a stored binding whose code breaks is a fault, and the call succeeds: %s at %s",
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
