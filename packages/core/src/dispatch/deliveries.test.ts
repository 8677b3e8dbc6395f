import { channel } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createBookend,
  createCall,
  type DeliverOptions,
  type Delivery,
  type DeliveryMode,
  defineAction,
  defineDelivery,
  defineHandler,
  memoryBindings,
  type Outbox,
} from "../index.js";
import type { DeliveryTrace } from "./diagnostics.js";

const options = z.strictObject({});
const letter = defineDelivery<{ readonly text: string }>({
  name: "letter",
  send: () => ({ status: "sent" }),
  destination: () => "post:office",
  summary: ({ text }) => `a letter of ${text.length} letters`,
  retry: { maxAgeMs: 60_000, jitter: 0 },
});
const now = new Date("2026-11-01T00:00:00Z");
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/**
 * Runs an action that delivers with these options, and returns what a durable outbox received, or why the delivery was
 * refused.
 */
async function deliver(
  deliverOptions: unknown,
  { mode = "durable", headers = {} }: { mode?: DeliveryMode; headers?: Record<string, string> } = {},
) {
  const submitted: Delivery[] = [];
  const outbox: Outbox = {
    submit(delivery) {
      submitted.push(delivery);
      return { status: "done" };
    },
  };
  let refused: unknown;
  const handler = defineHandler({
    id: "Post",
    description: "",
    positions: ["post"],
    deliveries: [letter],
    actions: {
      write: defineAction({
        description: "",
        options,
        async run(context) {
          try {
            return await context.deliver(letter, { text: "hello" }, deliverOptions as DeliverOptions);
          } catch (error) {
            refused = error;
            throw error;
          }
        },
      }),
      think: defineAction({ description: "", options, deliveries: [], notDurable: "thoughts are free", run: () => {} }),
    },
  });
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const bindings = memoryBindings();
  const bookend = createBookend({ handlers: [handler], bindings, outbox, logger, clock: () => now });
  ends.push(() => bookend.close());
  await bookend.bindings.add({ name: "a", events: ["e"], handler: "Post", action: "write", delivery: mode });
  const request = { method: "POST", path: "/e", parameters: {}, headers };
  await bookend.handle(createCall({ event: "e", request }), () => ({ status: 200, body: {} }));
  return { delivery: submitted[0], refused, bookend };
}

describe("a delivery", () => {
  it("prefers the options of the action over those of its kind, and records its origin", async () => {
    const notBefore = new Date(now.getTime() + 1_000);
    const { delivery } = await deliver({
      notBefore,
      ordered: true,
      key: "once",
      maxAgeMs: 600_000,
      retry: { scheduleMs: [1, 2], whenUncertain: "stop" },
    });
    expect(delivery).toMatchObject({
      kind: "Post/letter",
      destination: "post:office",
      summary: "a letter of 5 letters",
      notBefore,
      ordered: true,
      key: "once",
      retry: { scheduleMs: [1, 2], jitter: 0, timeoutMs: 30_000, maxAgeMs: 600_000, whenUncertain: "stop" },
      createdAt: now,
      event: "e",
      bindingName: "a",
    });
    const { delivery: again } = await deliver({ key: "once" });
    expect(again?.id).toBe(delivery?.id);
    expect(again?.retry.maxAgeMs).toBe(60_000);
    expect((await deliver({})).delivery?.id).not.toBe(delivery?.id);
  });

  it.each([1, 86_400_000 * 30, 31_536_000_000])("can have a maximum age of %d ms", async (maxAgeMs) => {
    expect((await deliver({ maxAgeMs })).delivery?.retry.maxAgeMs).toBe(maxAgeMs);
  });

  it.each([
    [{ maxAgeMs: 0 }, "retry.maxAgeMs"],
    [{ maxAgeMs: -1 }, "retry.maxAgeMs"],
    [{ maxAgeMs: Number.NaN }, "retry.maxAgeMs"],
    [{ maxAgeMs: null }, "retry.maxAgeMs"],
    [{ maxAgeMs: 31_536_000_001 }, "retry.maxAgeMs"],
    [{ key: "" }, "key"],
    [{ key: "k".repeat(501) }, "key"],
    [{ notBefore: "tomorrow" }, "notBefore"],
    [{ notBefore: new Date(Number.NaN) }, "notBefore"],
    [{ ordered: "yes" }, "ordered"],
    [{ retry: { timeoutMs: 0 } }, "retry.timeoutMs"],
    [{ retry: { jitter: 2 } }, "retry.jitter"],
    [{ retry: { scheduleMs: Array(101).fill(1) } }, "retry.scheduleMs"],
    [{ retry: { whenUncertain: "maybe" } }, "retry.whenUncertain"],
  ])("is refused with invalid options: %j", async (given, field) => {
    const { delivery, refused } = await deliver(given);
    expect(delivery).toBeUndefined();
    expect(refused).toMatchObject({ code: "DELIVERY_INVALID" });
    expect(String(refused)).toMatch(new RegExp(`Post/letter: ${field.replace(".", "\\.")} is .* Allowed: `));
  });

  it("carries the trace context of its call if it is valid", async () => {
    const traceparent = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
    expect((await deliver({}, { headers: { traceparent } })).delivery?.traceparent).toBe(traceparent);
    for (const wrong of ["", "00-1-2-3", `${traceparent}\r\nx: y`]) {
      expect((await deliver({}, { headers: { traceparent: wrong } })).delivery).not.toHaveProperty("traceparent");
    }
  });

  it("is sent during the call by an inline binding, without being queued", async () => {
    const heard: DeliveryTrace[] = [];
    const listen = (message: unknown) => void heard.push(message as DeliveryTrace);
    channel("tracing:bookend.delivery:start").subscribe(listen);
    ends.push(() => channel("tracing:bookend.delivery:start").unsubscribe(listen));
    const { delivery } = await deliver({}, { mode: "inline" });
    expect(delivery).toBeUndefined();
    expect(heard).toMatchObject([{ attempt: 1, delivery: { kind: "Post/letter" } }]);
    expect(heard[0]).not.toHaveProperty("queuedMs");
  });
});

describe("a durable binding of an action that delivers nothing", () => {
  it("is refused with the reason that the action gives", async () => {
    const { bookend } = await deliver({});
    const binding = { name: "b", events: ["e"], handler: "Post", action: "think", delivery: "durable" } as const;
    await expect(bookend.bindings.add(binding)).rejects.toMatchObject({
      problems: [
        { code: "DELIVERY_NOT_AVAILABLE", message: expect.stringContaining("but thoughts are free. Allowed: inline.") },
      ],
    });
  });
});
