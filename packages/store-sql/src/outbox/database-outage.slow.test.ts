import { setImmediate } from "node:timers/promises";
import type { AnyDeliveryKind } from "@bookend/core";
import { startPostgres } from "@bookend/test-kit/postgres";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { noteOf, openTestOutbox, submit } from "../../test/outbox/test-outbox.js";
import { isDatabaseAway } from "../index.js";

describe.skipIf("skip" in inject("postgres"))("PostgreSQL that is killed under the load of an outbox", () => {
  it("loses no acknowledged delivery, and the process keeps running", async () => {
    const postgres = await startPostgres();
    if ("skip" in postgres) throw new Error(postgres.skip);
    onTestFinished(() => postgres.stop());
    const sent = new Set<string>();
    const kind: AnyDeliveryKind = {
      name: "note",
      async send({ id }) {
        await setImmediate();
        sent.add(id);
        return { status: "sent" };
      },
    };
    const { outbox, store } = await openTestOutbox(postgres.url, { "Kit/note": kind }, { leaseMs: 1_500, pollMs: 50 });
    await outbox.start();
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    let count = 0;
    let isOver = false;
    const submitter = async () => {
      while (!isOver) {
        const id = `dlv_${count++}`;
        const delivery = noteOf(id, { createdAt: new Date(), destination: `host-${count % 3}` });
        const ended = submit(outbox, delivery, kind);
        await ended.then(
          () => acknowledged.push(id),
          (error: unknown) => refused.push(error),
        );
        await setImmediate();
      }
    };
    const submitters = Promise.all([1, 2, 3, 4].map(submitter));
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(50);
    await postgres.kill();
    await postgres.restart();
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length - before, { timeout: 20_000 }).toBeGreaterThan(50);
    isOver = true;
    await submitters;
    expect(refused.every((error) => isDatabaseAway(error))).toBe(true);
    await expect
      .poll(
        async () => {
          const { waiting, sending } = await outbox.counts();
          return waiting + sending;
        },
        { timeout: 20_000 },
      )
      .toBe(0);
    expect(acknowledged.filter((id) => !sent.has(id))).toEqual([]);
    expect((await outbox.counts()).sent).toBeGreaterThanOrEqual(acknowledged.length);
    expect(await store.audit.verify()).toMatchObject({ ok: true });
  }, 120_000);
});
