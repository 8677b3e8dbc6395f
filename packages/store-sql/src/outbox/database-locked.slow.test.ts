import type { AnyDeliveryKind } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it, onTestFinished } from "vitest";
import { testKey } from "../../test/fresh-store.js";
import { lockDeliveries } from "../../test/outbox/lock-deliveries.js";
import { noteOf, submit, testKeys } from "../../test/outbox/test-outbox.js";
import { isDatabaseAway, openDatabase, openOutbox, openStore } from "../index.js";

const leaseMs = 3_000;
/** For statements and for waiting for locks: a fraction of the lease, as by default. */
const patienceMs = 2_000;

/** Creates a gate that callers wait for until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describeEachDatabase("a database whose deliveries are locked for longer than their leases", ({ dialect, freshUrl }) => {
  it.each(dialect === "postgres" ? (["access exclusive", "exclusive"] as const) : (["exclusive"] as const))(
    "loses no delivery, and no process takes over one that another is sending (%s)",
    async (mode) => {
      const url = await freshUrl();
      const tries: string[] = [];
      const begun = gate();
      const released = gate();
      const kind: AnyDeliveryKind = {
        name: "note",
        async send({ id }) {
          tries.push(id);
          if (tries.length >= 40) begun.open();
          // half of the attempts end while the table is locked, the others only afterwards
          if (Number(id.slice(4)) % 2 === 0) await released.opened;
          else await begun.opened;
          return { status: "sent" };
        },
      };
      const open = async (node: string) => {
        const timeouts = { statementTimeoutMs: patienceMs, busyTimeoutMs: patienceMs, acquireTimeoutMs: patienceMs };
        const database = await openDatabase<object>({ url, ...timeouts });
        onTestFinished(() => database.close());
        const store = await openStore({ database, auditKey: testKey });
        onTestFinished(() => store.close());
        const outbox = openOutbox({ database, audit: store.audit, keys: testKeys, node, leaseMs, pollMs: 50 });
        outbox.register?.(new Map([["Kit/note", kind]]));
        onTestFinished(() => outbox.close({ graceMs: 0 }));
        return { outbox, store };
      };
      const { outbox, store } = await open("a");
      const other = await open("b");
      const acknowledged: string[] = [];
      const give = async (index: number) => {
        const id = `dlv_${index}`;
        const delivery = noteOf(id, { createdAt: new Date(), destination: `host-${index % 4}` });
        await submit(outbox, delivery, kind).then(
          () => acknowledged.push(id),
          (error: unknown) => expect(isDatabaseAway(error), String(error)).toBe(true),
        );
      };
      await Promise.all(Array.from({ length: 60 }, (_, index) => give(index)));
      await outbox.start({ concurrency: 20 });
      await other.outbox.start({ concurrency: 20 });
      await begun.opened;
      const unlock = await lockDeliveries(url, mode);
      const given: Promise<void>[] = [];
      const end = performance.now() + 3 * leaseMs;
      await expect
        .poll(
          () => {
            if (given.length < 20) given.push(give(100 + given.length));
            return performance.now();
          },
          { timeout: 6 * leaseMs, interval: 200 },
        )
        .toBeGreaterThan(end);
      await unlock();
      released.open();
      await Promise.all(given);
      await expect
        .poll(async () => (await outbox.counts()).sent, { timeout: 30_000, interval: 100 })
        .toBe(acknowledged.length);
      expect(acknowledged.length).toBeGreaterThanOrEqual(60);
      expect([...tries].sort()).toEqual([...acknowledged].sort());
      expect(await store.audit.verify()).toMatchObject({ ok: true });
    },
    90_000,
  );
});
