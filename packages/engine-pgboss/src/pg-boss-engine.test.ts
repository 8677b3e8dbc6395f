import { deliveryEngineTests, outboxTests } from "@bookend/conformance";
import { type AnyDeliveryKind, type Delivery, defaultRetryPolicy } from "@bookend/core";
import { generateAuditKey, generateOutboxKey, openDatabase, openOutbox, openStore } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { describe, expect, it, vi } from "vitest";
import { openPgBossEngine } from "./index.js";

function noteOf(id: string, destination: string): Delivery {
  return {
    id,
    kind: "Kit/note",
    version: 1,
    payload: {},
    destination,
    ...(destination === "ordered" && { ordered: true }),
    summary: id,
    retry: defaultRetryPolicy,
    createdAt: new Date(),
    callId: "call",
    event: "e",
    bindingId: 1,
    bindingName: "b",
  };
}

describeEachDatabase("pg-boss", ({ dialect, freshUrl }) => {
  if (dialect === "sqlite") {
    it("is refused with a message that does not repeat the URL", async () => {
      await expect(openPgBossEngine({ url: await freshUrl() })).rejects.toThrow(
        'url: its scheme is "sqlite:". Allowed: postgres:, postgresql:.',
      );
    });
    return;
  }

  it.each([0, 0.5, Number.NaN, 2 ** 31])("refuses a polling interval of %s ms", async (pollMs) => {
    await expect(openPgBossEngine({ url: await freshUrl(), pollMs })).rejects.toThrow(/^pollMs: /);
  });

  describe("passes the suite of engines", () => {
    const open = async () => {
      const engine = await openPgBossEngine({ url: await freshUrl(), pollMs: 20 });
      return { engine, close: () => engine.close() };
    };
    for (const { name, run } of deliveryEngineTests(open)) it(name, run);
  });

  it("sends in order, and one at a time where required, and continues as soon as an attempt has ended", async () => {
    const url = await freshUrl();
    const database = await openDatabase<object>({ url });
    const store = await openStore({ database, auditKey: generateAuditKey() });
    const engine = await openPgBossEngine({ url, pollMs: 20 });
    const keys = [generateOutboxKey("test")];
    const destinations = { one: { concurrency: 1 } };
    const outbox = openOutbox({ database, audit: store.audit, keys, engine, destinations });
    const sent: string[] = [];
    const kind: AnyDeliveryKind = {
      name: "note",
      async send({ id }) {
        sent.push(id);
        await new Promise(setImmediate);
        return { status: "sent" };
      },
    };
    outbox.register?.(new Map([["Kit/note", kind]]));
    const names = [0, 1, 2, 3, 4, 5];
    for (const index of names) {
      for (const destination of ["ordered", "one"]) {
        const delivery = noteOf(`${destination}-${index}`, destination);
        await outbox.submit(delivery, { kind, signal: new AbortController().signal });
      }
    }
    await outbox.start();
    // the outbox searches for lost jobs only after 30 seconds
    await vi.waitUntil(async () => (await outbox.counts()).sent === 12, { timeout: 15_000, interval: 20 });
    expect(sent.filter((id) => id.startsWith("ordered"))).toEqual(names.map((index) => `ordered-${index}`));
    await outbox.close({ graceMs: 0 });
    await engine.close();
    await store.close();
    await database.close();
  });

  it("starts a hastened delivery before its due time", async () => {
    const url = await freshUrl();
    const database = await openDatabase<object>({ url });
    const store = await openStore({ database, auditKey: generateAuditKey() });
    const engine = await openPgBossEngine({ url, pollMs: 20 });
    const outbox = openOutbox({ database, audit: store.audit, keys: [generateOutboxKey("test")], engine });
    let tries = 0;
    const kind: AnyDeliveryKind = {
      name: "note",
      send() {
        tries += 1;
        return tries < 3 ? { status: "failed", reason: "busy" } : { status: "sent" };
      },
    };
    outbox.register?.(new Map([["Kit/note", kind]]));
    const retry = { ...defaultRetryPolicy, scheduleMs: [3_600_000] };
    for (const id of ["dlv_1", "dlv_2"]) {
      const delivery = { ...noteOf(id, "kit"), retry, ordered: false };
      await outbox.submit(delivery, { kind, signal: new AbortController().signal });
    }
    await outbox.start();
    const isWaiting = async () => {
      const { waiting, sending } = await outbox.counts();
      return tries === 2 && waiting === 2 && sending === 0;
    };
    await vi.waitUntil(isWaiting, { timeout: 15_000, interval: 20 });
    expect(await outbox.hasten({ destination: "kit" })).toMatchObject({ count: 2 });
    await vi.waitUntil(async () => (await outbox.counts()).sent === 2, { timeout: 15_000, interval: 20 });
    await outbox.close({ graceMs: 0 });
    await engine.close();
    await store.close();
    await database.close();
  });

  describe("under the outbox of store-sql passes the suite of outboxes", () => {
    const open = async () => {
      const url = await freshUrl();
      const database = await openDatabase<object>({ url });
      const store = await openStore({ database, auditKey: generateAuditKey() });
      const engine = await openPgBossEngine({ url, pollMs: 20 });
      const outbox = openOutbox({ database, audit: store.audit, keys: [generateOutboxKey("test")], engine });
      const settle = async () => {
        await outbox.start();
        const isSettled = async () => {
          const { waiting, sending } = await outbox.counts();
          const { deliveries } = await outbox.list({ states: ["waiting"] }, { size: 1_000 });
          // a delivery that has been attempted waits for its next attempt, which may be hours away
          return sending === 0 && deliveries.length === waiting && deliveries.every(({ attempt }) => attempt > 0);
        };
        await vi.waitUntil(isSettled, { timeout: 20_000, interval: 20 });
      };
      const close = async () => {
        await outbox.close({ graceMs: 0 });
        await engine.close();
        await store.close();
        await database.close();
      };
      return { outbox, settle, close };
    };
    for (const { name, run } of outboxTests(open)) it(name, run);
  });
});
