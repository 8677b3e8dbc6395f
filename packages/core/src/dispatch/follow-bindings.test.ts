import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { memoryBindings } from "../bindings/memory-bindings.js";
import type { Binding } from "../contracts/binding.js";
import { createCall } from "../contracts/call.js";
import { createBookend } from "../create-bookend.js";
import { defineHandler } from "../definitions/handler.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const binding = { name: "counted", events: ["x"], handler: "Test", action: "count" };

/** Creates a Bookend with a store whose next reads fail. */
async function startBookend({ failures = 0 } = {}) {
  const inner = memoryBindings([binding, { ...binding, name: "other" }]);
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const reading = { failures, hangs: false };
  let ran = 0;
  const bookend = createBookend({
    handlers: [
      defineHandler({
        id: "Test",
        description: "Counts.",
        positions: ["post"],
        actions: {
          count: { description: "Counts.", options: z.strictObject({}), run: () => void ran++ },
        },
      }),
    ],
    bindings: {
      ...inner,
      list(): Promise<readonly Binding[]> | readonly Binding[] {
        if (reading.hangs) return new Promise(() => undefined);
        if (reading.failures-- > 0) throw new Error("the password is hunter2");
        return inner.list();
      },
    },
    logger: { debug: log, info: log, warn: log, error: log },
  });
  const call = async () => {
    ran = 0;
    await bookend.handle(createCall({ event: "x" }), () => ({ status: 200, body: {} }));
    return ran;
  };
  return { bookend, inner, reading, logged, call };
}

describe("when bindings cannot be read", () => {
  test("reading a change by another process is retried with increasing pauses", async () => {
    const { bookend, inner, reading, logged, call } = await startBookend();
    expect(await call()).toBe(2);
    expect(bookend.status()).toMatchObject({ state: "current", count: 2, failures: 0, readAt: expect.any(Date) });
    reading.failures = 3;
    inner.write([{ kind: "remove", id: 1 }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(bookend.status()).toMatchObject({
      state: "stale",
      count: 2,
      failures: 1,
      error: { class: "Error", code: "UNKNOWN" },
      retryAt: new Date(Date.now() + 250),
    });
    expect(await call()).toBe(2);
    await vi.advanceTimersByTimeAsync(250);
    expect(bookend.status()).toMatchObject({ failures: 2, retryAt: new Date(Date.now() + 500) });
    await vi.advanceTimersByTimeAsync(500);
    expect(bookend.status()).toMatchObject({ failures: 3, retryAt: new Date(Date.now() + 1_000) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bookend.status()).toMatchObject({ state: "current", count: 1, failures: 0 });
    expect(bookend.status().error).toBeUndefined();
    expect(await call()).toBe(1);
    expect(logged.map((line) => line.split(" {", 1)[0])).toEqual([
      ...Array(3).fill("bindings cannot be read; those in force may be outdated"),
      "bindings can be read again",
    ]);
    expect(logged.join("\n")).not.toContain("hunter2");
    bookend.close();
  });

  test("a binding that was removed by this process no longer runs in it", async () => {
    const { bookend, reading, call } = await startBookend();
    await bookend.ready();
    reading.failures = 5;
    await bookend.bindings.remove(1);
    expect(await call()).toBe(1);
    await bookend.bindings.setActive(2, false);
    expect(await call()).toBe(0);
    await bookend.bindings.add({ ...binding, name: "new" });
    expect(await call()).toBe(1);
    expect(bookend.status()).toMatchObject({ state: "stale", count: 2, failures: 3 });
    bookend.close();
  });

  test("at startup, calls fail until bindings can be read", async () => {
    const { bookend, call } = await startBookend({ failures: 1 });
    await expect(call()).rejects.toThrow();
    expect(bookend.status()).toMatchObject({ state: "loading", count: 0, failures: 1 });
    await vi.advanceTimersByTimeAsync(250);
    expect(bookend.status()).toMatchObject({ state: "current" });
    expect(await call()).toBe(2);
    bookend.close();
  });

  test("a store that does not respond counts as one that fails", async () => {
    const { bookend, inner, reading } = await startBookend();
    await bookend.ready();
    reading.hangs = true;
    inner.write([{ kind: "remove", id: 1 }]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(bookend.status()).toMatchObject({ state: "stale", error: { code: "BINDINGS_UNAVAILABLE" } });
    reading.hangs = false;
    await vi.advanceTimersByTimeAsync(250);
    expect(bookend.status()).toMatchObject({ state: "current", count: 1 });
    bookend.close();
  });

  test("no further attempts are made after close", async () => {
    const { bookend, inner, reading } = await startBookend();
    await bookend.ready();
    reading.failures = 1;
    inner.write([{ kind: "remove", id: 1 }]);
    await vi.advanceTimersByTimeAsync(0);
    bookend.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
