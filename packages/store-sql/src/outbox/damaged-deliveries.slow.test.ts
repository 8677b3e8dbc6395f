import { defaultRetryPolicy } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { noteOf, openTestOutbox, recordingKind, submit, until } from "../../test/outbox/test-outbox.js";

const meta = (more: object) => ({ event: "e", bindingName: "b", retry: defaultRetryPolicy, ...more });
const { whenUncertain: _, ...withoutWhenUncertain } = defaultRetryPolicy;

/** Contents of the column `meta` after a write by another program or a disk failure. */
const damaged: readonly string[] = [
  "",
  "{",
  "null",
  "7",
  "[]",
  JSON.stringify(meta({ retry: undefined })),
  JSON.stringify(meta({ retry: null })),
  JSON.stringify(meta({ retry: withoutWhenUncertain })),
  JSON.stringify(meta({ retry: { ...defaultRetryPolicy, scheduleMs: [1e300] } })),
  JSON.stringify(meta({ retry: { ...defaultRetryPolicy, scheduleMs: "5" } })),
  JSON.stringify(meta({ retry: { ...defaultRetryPolicy, timeoutMs: null } })),
  JSON.stringify(meta({ bindingName: 7 })),
];

const reason = "its record is damaged: its meta is not what the outbox wrote";

describeEachDatabase("a delivery that cannot be sent", ({ freshUrl }) => {
  it("because its record is damaged is dead, with this reason, and does not prevent others from being sent, taken over or ended", async () => {
    const { kind, sent } = recordingKind();
    const { outbox, database, store } = await openTestOutbox(
      await freshUrl(),
      { "Kit/note": kind },
      { leaseMs: 1_000 },
    );
    const states = ["waiting", "sending", "expired"] as const;
    const ids = damaged.flatMap((_text, index) => states.map((state) => `dlv_${state}_${index}`));
    const whole = states.map((state) => `dlv_${state}_whole`);
    for (const id of [...ids, ...whole]) await submit(outbox, noteOf(id, { createdAt: new Date() }), kind);
    const now = Date.now();
    const { db } = database;
    for (const [index, text] of damaged.entries())
      await sql`update bookend_delivery set meta = ${text} where id like ${`dlv\\_%\\_${index}`} escape '\\'`.execute(
        db,
      );
    await sql`update bookend_delivery set state = 'sending', attempt = 1, owner = 'gone:1:x', lease = ${now - 1}
      where id like 'dlv_sending%'`.execute(db);
    await sql`update bookend_delivery set expires = ${now - 1} where id like 'dlv_expired%'`.execute(db);
    const before = await outbox.list({ states: ["waiting"] }, { size: 100 });
    expect(before.deliveries.filter((one) => one.reason === reason)).toHaveLength(2 * damaged.length);
    await outbox.start();
    await until("all have ended", async () => {
      const { waiting, sending } = await outbox.counts();
      return waiting + sending === 0;
    });
    expect(sent.map(({ delivery }) => delivery.id).sort()).toEqual(["dlv_sending_whole", "dlv_waiting_whole"]);
    const reasons = async (state: string, name: string | number) =>
      (await outbox.get(`dlv_${state}_${name}`))?.delivery.reason;
    for (const index of damaged.keys()) {
      expect(await reasons("waiting", index)).toBe(reason);
      // it may have been sent, and the damaged record no longer says whether it may be sent twice
      expect(await reasons("sending", index)).toMatch(/it is unknown whether it was accepted$/);
      expect(await reasons("expired", index)).toBe(`it was too old to be sent; ${reason}`);
    }
    expect(await reasons("expired", "whole")).toBe("it was too old to be sent");
    const { rows } = await store.audit.search({ pageSize: 100 });
    expect(rows.filter(({ action }) => action.startsWith("DELIVERY"))).toHaveLength(ids.length + whole.length);
    // it can be replayed like any other
    expect(await outbox.replay({ ids: ["dlv_waiting_0"] })).toMatchObject({ count: 1 });
    await until("it is dead again", async () => (await outbox.get("dlv_waiting_0"))?.attempts.length === 2);
  });

  it("because its kind or version has no handler shows this reason while it waits and when it is too old", async () => {
    const { kind, sent } = recordingKind();
    const url = await freshUrl();
    const { outbox, database } = await openTestOutbox(url, { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_gone", { kind: "Kit/gone", createdAt: new Date() }), kind);
    await submit(outbox, noteOf("dlv_newer", { version: 2, createdAt: new Date() }), kind);
    await submit(outbox, noteOf("dlv_note", { createdAt: new Date() }), kind);
    await outbox.start();
    await until("the other is sent", async () => (await outbox.counts()).sent === 1);
    const reasonOf = async (id: string) => (await outbox.get(id))?.delivery;
    expect(await reasonOf("dlv_gone")).toMatchObject({
      state: "waiting",
      reason: "this process has no handler that sends Kit/gone",
    });
    expect(await reasonOf("dlv_newer")).toMatchObject({
      state: "waiting",
      reason: "its payload has the version 2; this process can send versions up to 1",
    });
    // an outbox that only reads does not know any kinds
    const { outbox: looking } = await openTestOutbox(url, {});
    expect((await looking.get("dlv_gone"))?.delivery.reason).toBeUndefined();
    await sql`update bookend_delivery set expires = ${Date.now() - 1} where state = 'waiting'`.execute(database.db);
    await until("both are dead", async () => (await outbox.counts()).dead === 2);
    expect((await reasonOf("dlv_gone"))?.reason).toBe(
      "it was too old to be sent; this process has no handler that sends Kit/gone",
    );
    expect(sent).toHaveLength(1);
  });
});
