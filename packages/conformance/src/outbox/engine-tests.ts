import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { DeliveryEngine, DueDelivery } from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { inTime } from "../deadline.js";
import { type Opened, storeTests } from "../stores/store-tests.js";

/** An engine without any deliveries. */
export type OpenedEngine = Opened<{ readonly engine: DeliveryEngine }>;

/** Longest time that a test waits for a call of an engine, in milliseconds. */
const patienceMs = 20_000;

/**
 * Returns the tests of a delivery engine. `open` creates an empty engine, which uses the system's clock, for each test.
 */
export function deliveryEngineTests(open: () => Promise<OpenedEngine> | OpenedEngine): readonly ConformanceTest[] {
  return storeTests(open, {
    "requests every due delivery, with its id and attempt": async ({ engine }) => {
      const ids = Array.from({ length: 50 }, (_, index) => `dlv_${index}`);
      await engine.schedule(ids.map((id) => due(id)));
      const seen = new Map<string, number>();
      const running = await engine.run(async ({ id, attempt }) => void seen.set(id, attempt), { concurrency: 10 });
      await until(() => seen.size === ids.length, "requests for all deliveries");
      await running.close();
      deepEqual([...seen.keys()].sort(), [...ids].sort());
      ok([...seen.values()].every((attempt) => attempt === 1));
    },
    "does not request a delivery before it is due": async ({ engine }) => {
      const later = new Date(Date.now() + 2_000);
      await engine.schedule([{ ...due("dlv_later"), due: later }, due("dlv_now")]);
      const calledAt = new Map<string, number>();
      const running = await engine.run(async ({ id }) => void calledAt.set(id, Date.now()), { concurrency: 10 });
      await until(() => calledAt.size === 2, "both calls");
      await running.close();
      ok((calledAt.get("dlv_later") ?? 0) >= later.getTime() - 50, "the engine requested a delivery too early");
    },
    "requests deliveries that are scheduled while it runs, such as for another attempt": async ({ engine }) => {
      const attempts: number[] = [];
      const running = await engine.run(
        async ({ attempt }) => {
          attempts.push(attempt);
          if (attempt < 3) await engine.schedule([{ ...due("dlv_1"), attempt: attempt + 1 }]);
        },
        { concurrency: 2 },
      );
      await engine.schedule([due("dlv_1")]);
      await until(() => attempts.includes(3), "a third attempt");
      await running.close();
      deepEqual([...new Set(attempts)], [1, 2, 3]);
    },
    "runs no more deliveries concurrently than its limit allows": async ({ engine }) => {
      await engine.schedule(Array.from({ length: 20 }, (_, index) => due(`dlv_${index}`)));
      let now = 0;
      let most = 0;
      let done = 0;
      const running = await engine.run(
        async () => {
          now += 1;
          most = Math.max(most, now);
          await setTimeout(20);
          now -= 1;
          done += 1;
        },
        { concurrency: 3 },
      );
      await until(() => done >= 20, "requests for all deliveries");
      await running.close();
      ok(most <= 3, `${most} ran concurrently`);
    },
    "waits for running attempts when it is closed, and requests no more deliveries": async ({ engine }) => {
      let begun = 0;
      let ended = 0;
      await engine.schedule([due("dlv_1")]);
      const running = await engine.run(
        async () => {
          begun += 1;
          await setTimeout(100);
          ended += 1;
        },
        { concurrency: 1 },
      );
      await until(() => begun === 1, "a call");
      await inTime(running.close(), "closing");
      equal(ended, 1);
      await engine.schedule([due("dlv_2")]);
      const calledNext: string[] = [];
      const next = await engine.run(async ({ id }) => void calledNext.push(id), { concurrency: 1 });
      // if the closed engine still ran, it would take dlv_2 before the next engine, or instead of it
      await until(() => calledNext.includes("dlv_2") || begun > 1, "a request for the later delivery");
      await next.close();
      equal(begun, 1);
    },
  });
}

function due(id: string): DueDelivery {
  return { id, attempt: 1, due: new Date(Date.now() - 1), destination: "kit" };
}

async function until(check: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + patienceMs; !check(); await setTimeout(10)) {
    ok(Date.now() < end, `${what} did not come within ${patienceMs} ms`);
  }
}
