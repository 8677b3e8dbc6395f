import { type AnyDeliveryKind, type DeliverySelection, defaultRetryPolicy, type SendResult } from "@bookend/core";
import { chooser } from "@bookend/test-kit/chooser";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { noteOf, openTestOutbox, submit, testKeys, until } from "../../test/outbox/test-outbox.js";
import { openOutbox } from "../index.js";
import { deliverySweeps } from "./sweep.js";

const count = 40;
const destinations = ["a", "b", "c"];

const results: readonly SendResult[] = [
  { status: "sent" },
  { status: "sent" },
  { status: "failed", reason: "busy" },
  { status: "failed", reason: "no such user", permanent: true },
  { status: "failed", reason: "later", destination: "wait", retryAfterMs: 5 },
  { status: "failed", reason: "gone", destination: "disable" },
];

describeEachDatabase("operators and two processes that change the same deliveries concurrently", ({ freshUrl }) => {
  it.each([1, 2, 3])(
    "lose none, begin no attempt twice, and write one audit entry whenever a delivery ends (seed %s)",
    async (seed) => {
      const { next, pick } = chooser(seed);
      const begun: string[] = [];
      const kind: AnyDeliveryKind = {
        name: "note",
        async send({ id }, { attempt }) {
          begun.push(`${id} ${attempt}`);
          if (next() < 0.5) await new Promise(setImmediate);
          return isCalm ? { status: "sent" } : pick(results);
        },
      };
      let isCalm = false;
      const options = { keepSentMs: 3_600_000, circuit: { failures: 3, firstPauseMs: 5, longestPauseMs: 10 } };
      const { outbox, store, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, options);
      const other = openOutbox({ ...options, database, audit: store.audit, keys: testKeys, pollMs: 5, node: "other" });
      other.register?.(new Map([["Kit/note", kind]]));
      onTestFinished(() => other.close({ graceMs: 0 }));
      const retry = { ...defaultRetryPolicy, scheduleMs: [1, 5, 20], jitter: 0 };
      const ids = Array.from({ length: count }, (_, index) => `dlv_${index}`);
      const delivery = (id: string) =>
        noteOf(id, { createdAt: new Date(), destination: pick(destinations), retry, ordered: next() < 0.2 });
      await Promise.all(ids.map((id) => submit(outbox, delivery(id), kind)));
      await outbox.start({ concurrency: 5 });
      await other.start({ concurrency: 5 });

      const { tidy } = deliverySweeps(database);
      let replayed = 0;
      let removed = 0;
      const some = () => ({ ids: [pick(ids), pick(ids), pick(ids), pick(ids)] });
      const counted = ({ count }: DeliverySelection) => {
        replayed += count;
      };
      const changes: readonly (() => Promise<unknown>)[] = [
        () => outbox.replay(some()).then(counted),
        async () => {
          const which = some();
          for (const selection of await Promise.all([outbox.replay(which), other.replay(which)])) counted(selection);
        },
        () => other.cancel(some()),
        () => outbox.hasten(some()),
        () => other.resume(pick(destinations)),
        () => outbox.destinations(),
        async () => {
          if (next() < 0.2) await tidy({ sent: Date.now(), dead: Date.now(), all: 0, unknownReceipts: 0 }, () => false);
        },
        async () => {
          if (next() < 0.1) removed += (await other.prune({ before: new Date() })).removed;
        },
      ];
      for (let round = 0; round < 60; round += 1)
        await Promise.all(Array.from({ length: 4 }, () => pick(changes)().then(() => new Promise(setImmediate))));

      isCalm = true;
      await until("all have ended", async () => {
        for (const name of destinations) await outbox.resume(name);
        const { waiting, sending } = await outbox.counts();
        return waiting + sending === 0;
      });
      await outbox.close();
      await other.close();

      // no two processes began the same attempt
      expect(begun).toHaveLength(new Set(begun).size);
      const { deliveries } = await outbox.list({}, { size: 100 });
      expect(deliveries.length).toBe(count - removed);
      for (const { id, attempt } of deliveries) {
        const { attempts = [] } = (await outbox.get(id)) ?? {};
        // a payload is not erased while its delivery is replayed
        expect(attempts.map(({ reason }) => reason)).not.toContain("its payload no longer exists");
        expect(attempts.map((one) => one.attempt)).toEqual(Array.from({ length: attempt }, (_, index) => index + 1));
      }
      const { rows: orphans } = await sql`
      select 1 from bookend_delivery_attempt where delivery not in (select seq from bookend_delivery)`.execute(
        database.db,
      );
      expect(orphans).toEqual([]);
      const ends = await store.audit.search({ pageSize: 1_000 });
      expect(ends.rows.filter(({ action }) => action.startsWith("DELIVERY "))).toHaveLength(count + replayed);
      expect(await store.audit.verify()).toMatchObject({ ok: true });
    },
  );
});
