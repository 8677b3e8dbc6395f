import { type AnyDeliveryKind, type DeliveryEngine, defaultRetryPolicy, type SendResult } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { noteOf, openTestOutbox, recordingKind, submit, testClock, until } from "../../test/outbox/test-outbox.js";
import { deliverySweeps } from "./sweep.js";

const busy = { status: "failed", reason: "busy" } as const;

/** Creates a kind whose attempts end when the test decides, or when they are aborted. */
function heldKind() {
  const waiting: ((result: SendResult) => void)[] = [];
  const kind: AnyDeliveryKind = {
    name: "note",
    send: (_, { signal }) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve({ status: "failed", reason: "cut off" }));
      }),
  };
  return { kind, tries: waiting, end: (result: SendResult) => waiting.shift()?.(result) };
}

describeEachDatabase("an outbox in which something fails", ({ dialect, freshUrl }) => {
  it("makes the running attempt of a cancelled delivery its last one", async () => {
    const { kind, tries, end } = heldKind();
    const { outbox, store } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    for (const id of ["dlv_1", "dlv_2"]) await submit(outbox, noteOf(id), kind);
    await outbox.start();
    await until("both are being sent", () => tries.length === 2);
    expect(await outbox.cancel({ ids: ["dlv_1", "dlv_2"] })).toMatchObject({ count: 2 });
    end(busy);
    end({ status: "sent" });
    await until("both have ended", async () => (await outbox.counts()).sending === 0);
    expect(await outbox.counts()).toMatchObject({ cancelled: 1, sent: 1, waiting: 0 });
    const { rows } = await store.audit.search();
    expect(rows.map(({ action, success }) => [action.split(" ")[0], success])).toEqual(
      expect.arrayContaining([
        ["DELIVERY", false],
        ["DELIVERY", true],
      ]),
    );
  });

  it("does not exceed its concurrency while ended attempts free places, and sends each delivery only once", async () => {
    const begun: string[] = [];
    let now = 0;
    let most = 0;
    const kind: AnyDeliveryKind = {
      name: "note",
      send: async ({ id }) => {
        begun.push(id);
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        now -= 1;
        return { status: "sent" };
      },
    };
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const ids = Array.from({ length: 40 }, (_, index) => `dlv_${index}`);
    await Promise.all(ids.map((id, index) => submit(outbox, noteOf(id, { destination: `kit-${index % 3}` }), kind)));
    await outbox.start({ concurrency: 4 });
    await until("all are sent", async () => (await outbox.counts()).sent === ids.length);
    expect(most).toBeLessThanOrEqual(4);
    expect(begun.sort()).toEqual(ids.sort());
  });

  it.skipIf(dialect === "postgres")(
    "writes the result of an attempt even if nothing can be claimed in the same transaction",
    async () => {
      const { kind, tries, end } = heldKind();
      const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
      await submit(outbox, noteOf("dlv_1"), kind);
      await outbox.start();
      await until("it is being sent", () => tries.length === 1);
      // every claim needs this index, and fails without it
      await sql`drop index bookend_delivery_waiting`.execute(database.db);
      end({ status: "sent" });
      await until("it is sent", async () => (await outbox.counts()).sent === 1);
    },
  );

  it("does not release a cancelled delivery when the process stops", async () => {
    const { kind, tries } = heldKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    for (const id of ["dlv_1", "dlv_2"]) await submit(outbox, noteOf(id), kind);
    await outbox.start();
    await until("both are being sent", () => tries.length === 2);
    await outbox.cancel({ ids: ["dlv_1"] });
    await outbox.close({ graceMs: 0 });
    expect(await outbox.counts()).toMatchObject({ cancelled: 1, waiting: 1, sending: 0 });
    expect((await outbox.get("dlv_2"))?.delivery.attempt).toBe(0);
  });

  it("writes a result even if its numbers and strings do not fit into any column", async () => {
    const odd: Record<string, SendResult> = {
      dlv_1: { ...busy, retryAfterMs: Number.NaN },
      dlv_2: { ...busy, retryAfterMs: 0.5, destination: "wait" },
      dlv_3: { ...busy, retryAfterMs: Number.POSITIVE_INFINITY, destination: "wait" },
      dlv_4: { ...busy, retryAfterMs: 1e300, destination: "wait" },
      dlv_5: { ...busy, reason: "\ud800\0" },
      dlv_6: { ...busy, reason: `${"x".repeat(499)}\u{1F600}` },
    };
    const kind: AnyDeliveryKind = { name: "note", send: ({ id }) => odd[id] ?? { status: "sent" } };
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const ids = [...Object.keys(odd), "dlv_7"];
    for (const id of ids) await submit(outbox, noteOf(id, { destination: id }), kind);
    await outbox.start();
    await until("all are written", async () => {
      const { waiting, sending } = await outbox.counts();
      const written = await Promise.all(ids.map(async (id) => (await outbox.get(id))?.attempts.length));
      return sending === 0 && waiting + 2 === ids.length && written.every((count) => count === 1);
    });
    expect((await outbox.get("dlv_4"))?.delivery.reason).toBe("busy; it is too old for another attempt");
    const paused = (await outbox.destinations()).destinations.find(({ name }) => name === "dlv_4");
    expect((paused?.pausedUntil?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000);
  });

  it("survives anything that senders throw or return, and writes an attempt for each", async () => {
    const getter = (field: string) => ({
      ...busy,
      get [field](): never {
        throw new Error("no");
      },
    });
    const again = () => {
      let reads = 0;
      return {
        status: "failed",
        // a string when it is first read, and undefined when it is read again
        get reason(): unknown {
          reads += 1;
          return reads === 1 ? "busy" : undefined;
        },
      };
    };
    const thrown: Record<string, unknown> = {
      null: null,
      undefined,
      frozen: Object.freeze({ status: "sent" }),
      long: "x".repeat(10_000_000),
      getter: getter("message"),
      proxy: new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
          getPrototypeOf: () => {
            throw new Error("no");
          },
        },
      ),
    };
    const returned: Record<string, unknown> = {
      nothing: undefined,
      number: 7,
      retryAfterMs: getter("retryAfterMs"),
      uncertain: getter("uncertain"),
      details: getter("details"),
      again: again(),
      longReason: { ...busy, reason: "x\0".repeat(5_000_000) },
      wrongTypes: { ...busy, retryAfterMs: 90n, permanent: "no", uncertain: 1, destination: ["disable"] },
      references: { status: "sent", references: Array(300_000).fill("r") },
      oddReferences: { status: "sent", references: [Symbol("r"), {}, "\ud800", "r"] },
      proxy: new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
    };
    const kind: AnyDeliveryKind = {
      name: "note",
      send({ id }) {
        const [how = "", name = ""] = id.split(":");
        if (how === "throws") throw thrown[name];
        return returned[name] as SendResult;
      },
    };
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const ids = [
      ...Object.keys(thrown).map((name) => `throws:${name}`),
      ...Object.keys(returned).map((name) => `returns:${name}`),
    ];
    for (const id of ids) await submit(outbox, noteOf(id, { destination: id }), kind);
    await outbox.start();
    await until("all are written", async () => {
      const written = await Promise.all(ids.map(async (id) => (await outbox.get(id))?.attempts.length));
      return written.every((count) => count === 1);
    });
    expect(await outbox.counts()).toMatchObject({ sending: 0, sent: 2, dead: 0, waiting: ids.length - 2 });
    expect((await outbox.destinations()).destinations.every(({ state }) => state === "open")).toBe(true);
  });

  it("keeps a delivery that may not be sent before the year 275760, and refuses to prune up to an invalid time", async () => {
    const { kind, sent } = recordingKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const createdAt = new Date();
    const notBefore = new Date(8_640_000_000_000_000);
    await submit(outbox, noteOf("dlv_1", { createdAt, notBefore }), kind);
    await submit(outbox, noteOf("dlv_2", { createdAt }), kind);
    await outbox.start();
    await until("the other is sent", () => sent.length === 1);
    const [, late] = (await outbox.list()).deliveries;
    expect(late?.due.getUTCFullYear()).toBe(275_760);
    for (const before of [new Date(Number.NaN), Number.NaN as unknown as Date])
      await expect(outbox.prune({ before })).rejects.toMatchObject({ code: "OUTBOX_OPTION_INVALID" });
  });

  it("does not send a delivery that is too old, even before a search for such deliveries has found it", async () => {
    const { kind, sent } = recordingKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("the first is sent", async () => (await outbox.counts()).sent === 1);
    // deliveries that are too old are searched for only once per second
    const retry = { ...defaultRetryPolicy, maxAgeMs: 1_000 };
    await submit(outbox, noteOf("dlv_2", { retry, createdAt: new Date(Date.now() - 10_000) }), kind);
    await until("it is dead", async () => (await outbox.counts()).dead === 1);
    expect(sent).toHaveLength(1);
  });

  it("takes over claims of this process that it does not know of", async () => {
    const held = heldKind();
    const { kind, sent } = recordingKind();
    const kinds = { "Kit/held": { ...held.kind, name: "held" }, "Kit/note": kind };
    const { outbox, database } = await openTestOutbox(await freshUrl(), kinds, { leaseMs: 300 });
    await submit(outbox, noteOf("dlv_1", { kind: "Kit/held", destination: "a" }), held.kind);
    await submit(outbox, noteOf("dlv_2", { notBefore: new Date(Date.now() + 3_600_000) }), kind);
    await outbox.start();
    await until("the first is being sent", () => held.tries.length === 1);
    // the state after a claim whose commit was not acknowledged
    await sql`update bookend_delivery set state = 'sending', attempt = 1, lease = ${Date.now() - 1},
      owner = (select d.owner from bookend_delivery as d where d.id = 'dlv_1') where id = 'dlv_2'`.execute(database.db);
    await until("it is sent", () => sent.length === 1);
    expect(sent[0]).toMatchObject({ delivery: { id: "dlv_2" }, attempt: 2 });
    // claims that it does hold are not taken over
    expect((await outbox.get("dlv_1"))?.attempts).toEqual([]);
    expect(held.tries).toHaveLength(1);
  });

  it("gives a replayed delivery its original lifetime each time", async () => {
    const { clock, forward } = testClock();
    const { kind } = recordingKind([{ ...busy, permanent: true }]);
    const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    await submit(outbox, noteOf("dlv_1", { retry: { ...defaultRetryPolicy, maxAgeMs: 60_000 } }), kind);
    for (let round = 0; round < 3; round += 1) {
      forward(10_000);
      await database.db.updateTable("bookend_delivery").set({ state: "dead", ended: 1 }).execute();
      expect(await outbox.replay({ ids: ["dlv_1"] })).toEqual({ count: 1, ids: ["dlv_1"] });
      const row = await database.db.selectFrom("bookend_delivery").selectAll().executeTakeFirstOrThrow();
      expect(row).toMatchObject({ state: "waiting", ended: null, expires: clock().getTime() + 60_000 });
    }
  });

  it("erases and removes, in one run, everything that has expired and nothing else", async () => {
    const { kind } = recordingKind();
    const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1", { notBefore: new Date(Date.now() + 3_600_000) }), kind);
    const copies = sql`with recursive n(n) as (select 1 union all select n + 1 from n where n < 1200)
      insert into bookend_delivery (id, kind, version, destination, payload, summary, meta, call, binding, ordered, state, attempt,
        replayed_at, cancelling, due, expires, created, ended)
      select 'copy_' || n, kind, version, destination, payload, summary, meta, call, binding, ordered,
        case when n % 2 = 0 then 'sent' else 'dead' end, 1, 0, 0, due, expires, created, n
      from n, bookend_delivery where id = 'dlv_1'`;
    await copies.execute(database.db);
    const { tidy } = deliverySweeps(database);
    const kept = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from bookend_delivery where payload is not null`.execute(database.db);
      return Number(rows[0]?.count);
    };
    await tidy({ sent: 1_201, dead: 0, all: 0, unknownReceipts: 0 }, () => false);
    expect(await kept()).toBe(601);
    await tidy({ sent: 1_201, dead: 1_201, all: 1_100, unknownReceipts: 0 }, () => false);
    expect(await kept()).toBe(1);
    expect(await outbox.counts()).toMatchObject({ waiting: 1, sent: 51, dead: 50 });
  });

  it("closes in time, whatever its engine does", async () => {
    if (dialect === "postgres") return;
    const engine: DeliveryEngine = {
      transactional: false,
      schedule: async () => undefined,
      run: async () => ({ close: () => new Promise(() => undefined) }),
    };
    const { outbox } = await openTestOutbox(await freshUrl(), {}, { engine });
    await outbox.start();
    const started = performance.now();
    await outbox.close({ graceMs: 0 });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
