import { type AnyDeliveryKind, defaultRetryPolicy } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { afterEach, expect, it, vi } from "vitest";
import { noteOf, openTestOutbox, recordingKind, submit, until } from "../../test/outbox/test-outbox.js";

afterEach(() => vi.useRealTimers());

/** Sets the clock of this process, since a test cannot set that of the system. Timers continue. */
function setClock(aheadMs: number): void {
  const now = performance.timeOrigin + performance.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + aheadMs });
}

/** Creates a kind whose attempts never end, and a count of them. */
function endlessKind() {
  let tries = 0;
  const kind: AnyDeliveryKind = {
    name: "note",
    send: () => {
      tries += 1;
      return new Promise(() => undefined);
    },
  };
  return { kind, tries: () => tries };
}

const hourMs = 3_600_000;
const minuteMs = 60_000;

describeEachDatabase("an outbox and clocks", ({ dialect, freshUrl }) => {
  it.each([hourMs, -hourMs])("takes over nothing from a running process when the clock is set by %d ms", async (ms) => {
    const url = await freshUrl();
    const { kind, tries } = endlessKind();
    // leases are renewed every two seconds, and processes search for expired ones every second
    const leaseMs = 6_000;
    const { outbox, database } = await openTestOutbox(url, { "Kit/note": kind }, { leaseMs });
    await submit(outbox, noteOf("dlv_1", { createdAt: new Date() }), kind);
    await outbox.start({ concurrency: 1 });
    await until("it is being sent", () => tries() === 1);
    const { kind: other, sent } = recordingKind();
    const { outbox: second } = await openTestOutbox(url, { "Kit/note": other }, { leaseMs });
    await submit(second, noteOf("dlv_2", { createdAt: new Date() }), other);
    await second.start();
    await until("the other process sends", () => sent.length === 1);
    const leases = database.db.selectFrom("bookend_delivery").select("lease").where("id", "=", "dlv_1");
    const renewed = async () => {
      const { lease } = await leases.executeTakeFirstOrThrow();
      await until("the lease is renewed", async () => (await leases.executeTakeFirstOrThrow()).lease !== lease);
    };
    await renewed();
    setClock(ms);
    // the other process searches at least once before the next renewal
    await renewed();
    expect([tries(), sent.map(({ delivery }) => delivery.id)]).toEqual([1, ["dlv_2"]]);
    expect((await outbox.get("dlv_1"))?.delivery).toMatchObject({ state: "sending", attempt: 1 });
  });

  it.skipIf(dialect === "sqlite").each([5 * minuteMs, -5 * minuteMs])(
    "agrees with nodes whose clocks differ by %d ms on which deliveries are due, too old or abandoned",
    async (ms) => {
      const url = await freshUrl();
      const { kind, tries } = endlessKind();
      const { outbox } = await openTestOutbox(url, { "Kit/note": kind });
      await submit(outbox, noteOf("dlv_1", { createdAt: new Date() }), kind);
      await outbox.start({ concurrency: 1 });
      await until("it is being sent", () => tries() === 1);
      const retry = { ...defaultRetryPolicy, maxAgeMs: minuteMs };
      await submit(outbox, noteOf("dlv_2", { createdAt: new Date(), retry }), kind);
      setClock(ms);
      const { kind: other, sent } = recordingKind();
      const { outbox: second } = await openTestOutbox(url, { "Kit/note": other });
      await submit(second, noteOf("dlv_3", { createdAt: new Date(), retry }), other);
      await second.start();
      await until("the waiting one has been sent", async () => (await second.counts()).sent === 2);
      expect(sent.map(({ delivery, attempt }) => [delivery.id, attempt]).sort()).toEqual([
        ["dlv_2", 1],
        ["dlv_3", 1],
      ]);
      expect(await second.counts()).toMatchObject({ sending: 1, dead: 0 });
      const [{ due } = { due: new Date(0) }] = (await second.list({ ids: ["dlv_3"] })).deliveries;
      expect(Math.abs(due.getTime() - (performance.timeOrigin + performance.now()))).toBeLessThan(minuteMs);
    },
  );
});
