import type { AnyDeliveryKind, PeerReceipt } from "@bookend/core";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { noteOf, openTestOutbox, submit, testClock, until } from "../../test/outbox/test-outbox.js";

/** Creates a kind whose results contain these references. */
function referring(references: unknown): AnyDeliveryKind {
  return {
    name: "note",
    send: (_, { receipts }) => ({ status: "sent", ...(receipts && { references: references as string[] }) }),
  };
}

const of = (references: readonly string[], more: Partial<PeerReceipt> = {}): PeerReceipt => ({
  destination: "kit",
  references,
  state: "delivered",
  ...more,
});

describeEachStore("receipts of deliveries", ({ freshUrl }) => {
  async function sent(references: unknown, before?: PeerReceipt) {
    const url = await freshUrl();
    const { clock, forward } = testClock();
    const kind = referring(references);
    const { outbox, database } = await openTestOutbox(url, { "Kit/note": kind }, { clock });
    if (before) await outbox.receive(before);
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("it is sent", async () => (await outbox.counts()).sent === 1);
    const receipt = async () => (await outbox.get("dlv_1"))?.delivery.receipt;
    const rows = () => database.db.selectFrom("bookend_delivery_receipt").selectAll().execute();
    return { url, clock, forward, kind, outbox, receipt, rows };
  }

  it("are shown by a process that began later; final ones stay, and unknown or repeated ones change nothing", async () => {
    const { url, clock, forward, outbox, receipt } = await sent(["a"]);
    expect(await receipt()).toBeUndefined();
    await outbox.close();
    const { outbox: later } = await openTestOutbox(url, {}, { clock });
    await later.receive(of(["x", "a"], { state: "pending", code: "ENROUTE" }));
    forward(1_000);
    const failed = { state: "failed", code: "UNDELIV\n err:069", at: clock() } as const;
    for (const state of ["failed", "failed", "delivered", "pending"] as const)
      await later.receive(of(["a"], { ...failed, state }));
    await later.receive(of(["b"]));
    await later.receive(of(["a"], { destination: "other" }));
    const shown = { ...failed, code: "UNDELIV err:069" };
    expect(await receipt()).toEqual(shown);
    expect((await later.list()).deliveries.map((delivery) => delivery.receipt)).toEqual([shown]);
  });

  it("that arrive before the result of the attempt is written belong to it", async () => {
    const { receipt, rows } = await sent(["a"], of(["a"], { code: "DELIVRD" }));
    expect(await receipt()).toMatchObject({ state: "delivered", code: "DELIVRD" });
    expect(await rows()).toHaveLength(1);
  });

  it("for a message in parts are combined, for the last attempt", async () => {
    const { outbox, receipt, kind } = await sent(["a", "b", "c"]);
    await outbox.receive(of(["b"]));
    expect(await receipt()).toMatchObject({ state: "pending" });
    await outbox.receive(of(["a"]));
    await outbox.receive(of(["c"]));
    expect(await receipt()).toMatchObject({ state: "delivered" });
    // the SMS center reuses a name for another message
    await submit(outbox, noteOf("dlv_2"), kind);
    await until("it is sent", async () => (await outbox.counts()).sent === 2);
    expect((await outbox.get("dlv_2"))?.delivery.receipt).toBeUndefined();
    await outbox.receive(of(["c"], { state: "failed" }));
    await outbox.receive(of(["a"]));
    expect((await outbox.get("dlv_2"))?.delivery.receipt).toMatchObject({ state: "failed" });
    expect(await receipt()).toBeUndefined();
  });

  it("that are unknown are removed after an hour, and all others together with their delivery", async () => {
    const { outbox, forward, rows } = await sent(["a"]);
    for (let index = 0; index < 20; index += 1)
      await outbox.receive(of([`unknown ${index}`, "", "x".repeat(201), "\0"]));
    expect(await rows()).toHaveLength(21);
    forward(3_600_000 + 60_001);
    await until("they are gone", async () => (await rows()).length === 1);
    await outbox.prune({ before: new Date("2031-01-01") });
    expect(await rows()).toEqual([]);
  });

  it("that are unknown are replaced by newer ones, since one of these may be for an attempt that is being written", async () => {
    const { clock, forward } = testClock();
    const kind = referring(["early"]);
    const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    await sql`with recursive n(n) as (select 1 union all select n + 1 from n where n < 10000)
      insert into bookend_delivery_receipt (destination, reference, made)
      select 'kit', 'flood ' || n, cast(${clock().getTime()} as bigint) + n from n`.execute(database.db);
    forward(20_000);
    for (const reference of ["early", "early", "late"]) await outbox.receive(of([reference]));
    const { rows } = await sql<{ reference: string }>`
      select reference from bookend_delivery_receipt where made < cast(${clock().getTime()} as bigint) order by made limit 1`.execute(
      database.db,
    );
    expect(rows).toEqual([{ reference: "flood 3" }]);
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("it is sent", async () => (await outbox.counts()).sent === 1);
    expect((await outbox.get("dlv_1"))?.delivery.receipt).toMatchObject({ state: "delivered" });
  });

  it("require names that can be stored, but a delivery is sent whatever names its result contains", async () => {
    const odd = [undefined, "a", [5, null, "", "x".repeat(201), "\0", "\ud800"], Array(1_000).fill("b"), ["c"]];
    let tries = 0;
    const kind = { ...referring([]), send: () => ({ status: "sent" as const, references: odd[tries++] as string[] }) };
    const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    for (const index of odd.keys()) await submit(outbox, noteOf(`dlv_${index}`), kind);
    await outbox.start();
    await until("all are sent", async () => (await outbox.counts()).sent === odd.length);
    const rows = await database.db
      .selectFrom("bookend_delivery_receipt")
      .select("reference")
      .orderBy("reference")
      .execute();
    expect(rows.map(({ reference }) => reference)).toEqual(["b", "c"]);
  });

  it("that are not valid are refused, and the message names the field", async () => {
    const { outbox } = await openTestOutbox(await freshUrl(), {});
    for (const wrong of [{ state: "lost" as never }, { destination: "" }]) {
      await expect(outbox.receive(of(["a"], wrong))).rejects.toMatchObject({
        code: "OUTBOX_OPTION_INVALID",
        message: expect.stringContaining(Object.keys(wrong)[0] ?? ""),
      });
    }
  });
});
