import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openTestOutbox, recordingKind, until } from "../../test/outbox/test-outbox.js";
import { migrate, openDatabase } from "../index.js";
import { storeMigrations } from "../store-migrations.js";

describeEachDatabase("the migration to claims in a table of their own", ({ freshUrl }) => {
  it("keeps what waits, what has ended, and the claim of a process that is gone", async () => {
    const url = await freshUrl();
    const database = await openDatabase<object>({ url });
    onTestFinished(() => database.close());
    const before = Object.entries(storeMigrations).filter(([name]) => name < "011-delivery-claims");
    await migrate(database, { namespace: "bookend", migrations: Object.fromEntries(before) });
    const later = Date.now() + 3_600_000;
    const meta = JSON.stringify({
      event: "e",
      bindingName: "b",
      retry: { scheduleMs: [1, 1, 1], jitter: 0, timeoutMs: 1_000, whenUncertain: "retry" },
    });
    for (const [id, state, attempt, owner, due] of [
      ["dlv_waiting", "waiting", 1, null, later],
      ["dlv_sending", "sending", 2, "gone:1:1", 1],
      ["dlv_cancelled", "sending", 1, "gone:1:1", 1],
      ["dlv_dead", "dead", 3, null, 1],
    ] as const) {
      const lease = owner === null ? null : 2;
      const cancelling = id === "dlv_cancelled" ? 1 : 0;
      await sql`
        insert into bookend_delivery (id, kind, version, destination, payload, summary, meta, call, binding, ordered, state, attempt, replayed_at,
          cancelling, due, expires, lease, owner, created, ended)
        values (${id}, 'Kit/note', 1, 'kit', 'test.x', '', ${meta}, 'call', 1, 0, ${state}, ${attempt}, 0,
          ${cancelling}, ${due}, ${later * 2}, ${lease}, ${owner}, 1, ${state === "dead" ? later : null})`.execute(
        database.db,
      );
    }
    const { kind } = recordingKind();
    const { outbox } = await openTestOutbox(url, { "Kit/note": kind });
    expect(await outbox.counts()).toEqual({ waiting: 1, sending: 2, sent: 0, dead: 1, cancelled: 0 });
    const shown = async (id: string) => (await outbox.get(id))?.delivery;
    expect(await shown("dlv_sending")).toMatchObject({ state: "sending", attempt: 2 });
    const ids = async (state: "waiting" | "sending" | "dead") =>
      (await outbox.list({ states: [state] })).deliveries.map((delivery) => delivery.id);
    expect(await ids("waiting")).toEqual(["dlv_waiting"]);
    expect(await ids("sending")).toEqual(["dlv_cancelled", "dlv_sending"]);
    expect(await ids("dead")).toEqual(["dlv_dead"]);
    await outbox.start();
    await until("what was left behind has ended", async () => (await outbox.counts()).sending === 0);
    // it is tried again, and its payload was not sealed with a key of this test
    const tried = async () => (await outbox.get("dlv_sending"))?.attempts.map(({ attempt }) => attempt) ?? [];
    await until("it was tried again", async () => (await tried()).length === 2);
    expect(await tried()).toEqual([2, 3]);
    expect(await shown("dlv_sending")).toMatchObject({ state: "dead", attempt: 3 });
    expect(await shown("dlv_cancelled")).toMatchObject({ state: "cancelled", attempt: 1 });
    expect(await shown("dlv_waiting")).toMatchObject({ state: "waiting", attempt: 1 });
    expect(await shown("dlv_dead")).toMatchObject({ state: "dead", attempt: 3 });
  });
});
