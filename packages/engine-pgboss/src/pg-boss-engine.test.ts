import { deliveryEngineTests, outboxTests } from "@bookend/conformance";
import { generateAuditKey, generateOutboxKey, openDatabase, openOutbox, openStore } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { describe, expect, it, vi } from "vitest";
import { openPgBossEngine } from "./index.js";

describeEachDatabase("pg-boss", ({ dialect, freshUrl }) => {
  if (dialect === "sqlite") {
    it("is refused, without repeating the URL", async () => {
      await expect(openPgBossEngine({ url: await freshUrl() })).rejects.toThrow(
        'url: its scheme is "sqlite:". Allowed: postgres:, postgresql:.',
      );
    });
    return;
  }

  it.each([0, 0.5, Number.NaN, 2 ** 31])("refuses to look every %s ms", async (pollMs) => {
    await expect(openPgBossEngine({ url: await freshUrl(), pollMs })).rejects.toThrow(/^pollMs: /);
  });

  describe("passes the suite of engines", () => {
    const open = async () => {
      const engine = await openPgBossEngine({ url: await freshUrl(), pollMs: 20 });
      return { engine, close: () => engine.close() };
    };
    for (const { name, run } of deliveryEngineTests(open)) it(name, run);
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
          // what waits for its next try is not to be waited for here
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
