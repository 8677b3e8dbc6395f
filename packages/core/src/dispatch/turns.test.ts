import { turnsDuring } from "@bookend/test-kit";
import { expect, it } from "vitest";
import { z } from "zod";
import { memoryBindings } from "../bindings/memory-bindings.js";
import { createCall } from "../contracts/call.js";
import { createBookend } from "../create-bookend.js";
import { defineCondition } from "../definitions/condition.js";
import { defineAction, defineHandler } from "../definitions/handler.js";
import { flag } from "../values/flag.js";

let ran = 0;
const handler = defineHandler({
  id: "Probe",
  description: "Counts.",
  positions: ["pre", "post"],
  actions: {
    count: defineAction({
      description: "Counts.",
      options: z.strictObject({}),
      changes: [],
      run: () => {
        ran++;
        return undefined;
      },
    }),
    block: defineAction({
      description: "Counts, and blocks the event loop for more than a millisecond.",
      options: z.strictObject({}),
      changes: [],
      run: () => {
        ran++;
        const end = performance.now() + 1.1;
        while (performance.now() < end);
        return undefined;
      },
    }),
  },
});

/** Performs a lookup without a turn of the event loop, like a database in the process. */
const lookedUp = defineCondition({
  name: "looked_up",
  group: "general",
  description: "Looked up.",
  value: flag(),
  actual: async () => false,
  matches: (wanted, actual) => wanted === actual,
});

/** Creates a host with this many bindings of one event. */
async function host(count: number, conditions: Readonly<Record<string, unknown>>, action = "count") {
  const bindings = Array.from({ length: count }, (_, n) => ({
    name: `b${n}`,
    events: ["call"],
    handler: "Probe",
    action,
    conditions,
  }));
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(bindings),
    conditions: [lookedUp],
  });
  await bookend.ready();
  ran = 0;
  const call = createCall({ event: "call", request: { user: { login: "alice", realm: "r" } } });
  return { bookend, call, handle: () => bookend.handle(call, () => ({ status: 200, body: {} })) };
}

it("gives other calls a turn every 50 conditions that looked something up", async () => {
  const { handle } = await host(1_000, { looked_up: true });
  const turns = await turnsDuring(handle);
  expect(ran).toBe(0);
  expect(turns).toBeGreaterThanOrEqual(1_000 / 50 - 1);
  expect(turns).toBeLessThan(60);
});

it("gives other calls a turn between actions that take a millisecond", async () => {
  const { handle } = await host(20, {}, "block");
  expect(await turnsDuring(handle)).toBeGreaterThanOrEqual(19);
  expect(ran).toBe(20);
});

it("takes fewer turns than there are actions if these take less", async () => {
  const { handle } = await host(1_000, {});
  expect(await turnsDuring(handle)).toBeLessThan(500);
  expect(ran).toBe(1_000);
});

it("takes no turn if nothing was looked up, and none for one action", async () => {
  const none = await host(1_000, { realm: "other" });
  expect(await turnsDuring(none.handle)).toBe(0);
  const one = await host(1, {});
  expect(await turnsDuring(one.handle)).toBe(0);
  expect(ran).toBe(1);
});

it("gives other calls a turn while explaining", async () => {
  const { bookend, call } = await host(1_000, { realm: "other" });
  expect(await turnsDuring(() => bookend.explain(call))).toBeGreaterThanOrEqual(20);
});

it("gives other calls a turn between conditions with slow expressions, in one binding or in many", async () => {
  // the largest accepted expression, with the longest string that is examined: each takes more than its share of a turn
  const large = "(?:a?){400}a{400}";
  const user = { login: "alice", realm: "r" };
  const call = createCall({
    event: "call",
    request: { user, parameters: { serial: "a".repeat(10_000) }, headers: { "x-long": "a".repeat(10_000) } },
  });
  const many = (await host(40, { serial: `${large}b` })).bookend;
  const none = () => ({ status: 200, body: {} });
  expect(await turnsDuring(() => many.handle(call, none))).toBeGreaterThanOrEqual(39);
  expect(ran).toBe(0);
  expect(await turnsDuring(() => many.explain(call))).toBeGreaterThanOrEqual(39);

  const one = (await host(1, { serial: large, header: `x-long 'matches' ${large}`, realm: "r" })).bookend;
  expect(await turnsDuring(() => one.handle(call, none))).toBeGreaterThanOrEqual(1);

  // small expressions count as well
  const small = (await host(2_000, { serial: "X.*Y.*Z" })).bookend;
  expect(await turnsDuring(() => small.handle(call, none))).toBeGreaterThanOrEqual(100);
});
