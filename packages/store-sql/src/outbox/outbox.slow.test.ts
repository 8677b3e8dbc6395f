import { readFileSync } from "node:fs";
import { outboxTests } from "@bookend/conformance";
import {
  type AnyDeliveryKind,
  createBookend,
  createCall,
  defaultRetryPolicy,
  defineHandler,
  memoryBindings,
} from "@bookend/core";
import { describe, expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import {
  noteOf,
  openTestOutbox,
  recordingKind,
  submit,
  testClock,
  testKeys,
  until,
} from "../../test/outbox/test-outbox.js";
import { generateOutboxKey, openOutbox } from "../index.js";

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) },
};

const busy = { status: "failed", reason: "busy" } as const;

describeEachStore("the outbox of store-sql", ({ dialect, freshUrl }) => {
  describe("passes the conformance kit", () => {
    const open = async () => {
      const { outbox } = await openTestOutbox(await freshUrl(), {});
      const settle = async () => {
        await outbox.start();
        await until("everything is settled", async () => {
          // with a single query, since a delivery could be claimed between two
          const { deliveries } = await outbox.list({ states: ["waiting", "sending"] });
          // no need to wait for deliveries that are due for a later attempt
          return deliveries.every(({ state, attempt }) => state === "waiting" && attempt > 0);
        });
      };
      return { outbox, settle };
    };
    for (const { name, run } of outboxTests(open)) it(name, run);
  });

  it("retries by the schedule, with one id, until it is sent, and records this in the audit log", async () => {
    const { clock, forward } = testClock();
    const { kind, sent } = recordingKind([busy, busy, { status: "sent" }]);
    const { outbox, store } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock, node: "n1" });
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    for (const ms of [5_000, 300_000]) {
      const tries = sent.length;
      await until("an attempt is written", async () => (await outbox.get("dlv_1"))?.attempts.length === tries + 1);
      forward(ms - 1);
      expect((await outbox.get("dlv_1"))?.delivery).toMatchObject({ state: "waiting", reason: "busy" });
      forward(1);
    }
    await until("it is sent", async () => (await outbox.get("dlv_1"))?.delivery.state === "sent");
    expect(sent.map(({ delivery, attempt }) => [delivery.id, attempt])).toEqual([
      ["dlv_1", 1],
      ["dlv_1", 2],
      ["dlv_1", 3],
    ]);
    const { attempts = [] } = (await outbox.get("dlv_1")) ?? {};
    expect(attempts.map(({ outcome, node }) => [outcome, node])).toEqual([
      ["failed", "n1"],
      ["failed", "n1"],
      ["sent", "n1"],
    ]);
    const { rows } = await store.audit.search({ filter: { parent: "call-1" } } as never);
    expect(rows).toMatchObject([{ action: "DELIVERY kit_call>>Kit/note", success: true, parent: "call-1" }]);
    expect(await store.audit.verify()).toMatchObject({ ok: true });
  });

  it("gives up at the end of the schedule and after the maximum age, and erases payloads that are too old", async () => {
    const { clock, forward } = testClock();
    const { kind } = recordingKind([busy]);
    const { outbox, database } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    const once = { ...defaultRetryPolicy, scheduleMs: [] };
    await submit(outbox, noteOf("dlv_once", { retry: once }), kind);
    await submit(
      outbox,
      noteOf("dlv_old", { retry: { ...defaultRetryPolicy, maxAgeMs: 4_000 }, destination: "b" }),
      kind,
    );
    await submit(
      outbox,
      noteOf("dlv_late", {
        retry: { ...defaultRetryPolicy, maxAgeMs: 60_000 },
        notBefore: new Date(clock().getTime() + 90_000),
      }),
      kind,
    );
    await outbox.start();
    await until("both are dead", async () => (await outbox.counts()).dead === 2);
    forward(60_000);
    await until("the third is dead", async () => (await outbox.counts()).dead === 3);
    const reasons = (await outbox.list()).deliveries.map(({ id, reason }) => [id, reason]);
    expect(reasons).toEqual([
      ["dlv_late", "it was too old to be sent"],
      ["dlv_old", "busy; it is too old for another attempt"],
      ["dlv_once", "busy; number of attempts: 1"],
    ]);
    const rows = await database.db.selectFrom("bookend_delivery").select(["id", "payload"]).orderBy("id").execute();
    expect(rows.map(({ payload }) => payload === null)).toEqual([true, true, false]);
  });

  it("seals payloads, opens them with former keys, and abandons deliveries that it cannot open", async () => {
    const url = await freshUrl();
    const old = generateOutboxKey("old");
    const { kind, sent } = recordingKind();
    const { outbox: first, database, store } = await openTestOutbox(url, { "Kit/note": kind }, { keys: [old] });
    await submit(first, noteOf("dlv_1", { payload: { pin: "canary-4711" } }), kind);
    await submit(first, noteOf("dlv_2", { payload: { pin: "canary-4711" } }), kind);
    const stored = async () => JSON.stringify(await database.db.selectFrom("bookend_delivery").selectAll().execute());
    expect(await stored()).toContain('"payload":"old.');
    expect(await stored()).not.toContain("canary");
    await first.close();
    const { outbox: without } = await openTestOutbox(url, { "Kit/note": kind }, { keys: testKeys });
    await without.start();
    await until("both are dead", async () => (await without.counts()).dead === 2);
    expect((await without.get("dlv_1"))?.delivery.reason).toContain('the key "old", which is not configured');
    await without.close();
    const both = openOutbox({ database, audit: store.audit, keys: [...testKeys, old], pollMs: 5 });
    both.register?.(new Map([["Kit/note", kind]]));
    expect(await both.replay({ states: ["dead"] }, { dryRun: true })).toEqual({ count: 2, ids: ["dlv_1", "dlv_2"] });
    expect(await both.replay({ ids: ["dlv_1"] })).toEqual({ count: 1, ids: ["dlv_1"] });
    await both.start();
    await until("it is sent", () => sent.length === 1);
    await until("it is written", async () => (await both.counts()).sent === 1);
    expect(sent[0]?.delivery.payload).toEqual({ pin: "canary-4711" });
    const row = await database.db
      .selectFrom("bookend_delivery")
      .select("payload")
      .where("id", "=", "dlv_1")
      .executeTakeFirst();
    expect(row?.payload).toBeNull();
    // a payload is bound to its row
    await database.db
      .updateTable("bookend_delivery")
      .set({ id: "dlv_3", state: "waiting", due: 0 })
      .where("id", "=", "dlv_2")
      .execute();
    await until("it is dead", async () => (await both.get("dlv_3"))?.delivery.state === "dead");
    await both.close();
  });

  it("stores payloads sealed, so that their secrets are in no file, and erases them after `keepDeadMs`", async () => {
    const { clock, forward } = testClock();
    const url = await freshUrl();
    const { kind } = recordingKind([{ ...busy, permanent: true }]);
    const keepDeadMs = 3_600_000;
    const { outbox, database } = await openTestOutbox(url, { "Kit/note": kind }, { clock, keepDeadMs });
    const canary = "canary-8b1f-pin-4711";
    const payload = { pin: canary };
    await submit(outbox, noteOf("dlv_1", { payload }), kind);
    await submit(outbox, noteOf("dlv_2", { payload, notBefore: new Date(clock().getTime() + 86_400_000_000) }), kind);
    await outbox.start();
    await until("the first is dead", async () => (await outbox.counts()).dead >= 1);
    const tables = ["bookend_delivery", "bookend_delivery_attempt", "bookend_destination", "bookend_audit"] as const;
    const rows = async () =>
      JSON.stringify(await Promise.all(tables.map((table) => database.db.selectFrom(table).selectAll().execute())));
    expect(await rows()).not.toContain(canary);
    if (dialect === "sqlite") {
      const path = url.slice("sqlite:".length);
      for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes(canary)).toBe(false);
    }
    const payloads = async () =>
      (await database.db.selectFrom("bookend_delivery").select("payload").orderBy("id").execute()).map(
        (row) => row.payload !== null,
      );
    expect((await payloads())[0]).toBe(true);
    forward(keepDeadMs + 60_000);
    await until("it is emptied", async () => (await payloads())[0] === false);
  });

  it("waits as long as the peer requests, and holds back only deliveries for the same destination", async () => {
    const { clock, forward } = testClock();
    const wait = { ...busy, retryAfterMs: 90_000, destination: "wait" } as const;
    const { kind, sent } = recordingKind([wait, { status: "sent" }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("an attempt is written", async () => (await outbox.get("dlv_1"))?.attempts.length === 1);
    await submit(outbox, noteOf("dlv_2"), kind);
    await submit(outbox, noteOf("dlv_3", { destination: "other" }), kind);
    await until("the other is sent", async () => (await outbox.counts()).sent === 1);
    expect((await outbox.destinations()).destinations).toMatchObject([
      { name: "kit", state: "paused", waiting: 2, failures: 1 },
    ]);
    forward(89_999);
    await submit(outbox, noteOf("dlv_4", { destination: "other" }), kind);
    await until("the other is sent", () => sent.length === 3);
    expect(sent.map(({ delivery }) => delivery.id)).toEqual(["dlv_1", "dlv_3", "dlv_4"]);
    forward(1);
    await until("all are sent", async () => (await outbox.counts()).sent === 4);
  });

  it("pauses a destination after failures, tries it once, and opens it again", async () => {
    const { clock, forward } = testClock();
    let isBack = false;
    let tries = 0;
    const kind: AnyDeliveryKind = {
      name: "note",
      send() {
        tries += 1;
        return isBack ? { status: "sent" } : busy;
      },
    };
    const retry = { ...defaultRetryPolicy, scheduleMs: Array(50).fill(1_000), jitter: 0 };
    const { outbox } = await openTestOutbox(
      await freshUrl(),
      { "Kit/note": kind },
      { clock, destinations: { kit: { concurrency: 1 } } },
    );
    for (let index = 0; index < 20; index += 1) await submit(outbox, noteOf(`dlv_${index}`, { retry }), kind);
    await outbox.start();
    await until("it is paused", async () => (await outbox.destinations()).destinations[0]?.state === "paused");
    expect(tries).toBe(5);
    forward(5_000);
    await until("it was tried once", async () => (await outbox.destinations()).destinations[0]?.failures === 6);
    expect(tries).toBe(6);
    isBack = true;
    forward(10_000);
    await until("all are sent", async () => (await outbox.counts()).sent === 20);
    expect((await outbox.destinations()).destinations).toMatchObject([{ name: "kit", state: "open", failures: 0 }]);
  });

  it("disables a destination that returns 410 until it is resumed, and audits this", async () => {
    const { kind, sent } = recordingKind([{ ...busy, permanent: true, destination: "disable" }, { status: "sent" }]);
    const { outbox, store } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("it is disabled", async () => (await outbox.destinations()).destinations[0]?.state === "disabled");
    await submit(outbox, noteOf("dlv_2"), kind);
    await submit(outbox, noteOf("dlv_3", { destination: "other" }), kind);
    await until("the other is sent", () => sent.length === 2);
    expect((await outbox.get("dlv_2"))?.delivery).toMatchObject({ state: "waiting", attempt: 0 });
    expect(await outbox.resume("kit")).toMatchObject({ name: "kit", state: "open" });
    await until("it is sent", () => sent.length === 3);
    const actions = async () => (await store.audit.search({ pageSize: 100 })).rows.map(({ action }) => action);
    // the entry is written after the result of the attempt
    await until("it is audited", async () => (await actions()).includes("DESTINATION disabled"));
    expect(await outbox.resume("nowhere")).toBeUndefined();
  });

  it("does not send uncertain deliveries again if they must not be sent twice", async () => {
    const lost = { status: "failed", reason: "no answer", uncertain: true } as const;
    const { kind, sent } = recordingKind([lost]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1", { retry: { ...defaultRetryPolicy, whenUncertain: "stop" } }), kind);
    await submit(outbox, noteOf("dlv_2", { destination: "b" }), kind);
    await outbox.start();
    await until("both are written", async () => (await outbox.counts()).sending === 0 && sent.length === 2);
    await until("one is dead", async () => (await outbox.counts()).dead === 1);
    expect((await outbox.get("dlv_1"))?.delivery).toMatchObject({
      state: "dead",
      reason: "no answer; it is unknown whether it was accepted",
    });
    expect((await outbox.get("dlv_2"))?.delivery.state).toBe("waiting");
  });

  it("takes over what a killed process was sending, and counts its attempt", async () => {
    const url = await freshUrl();
    const { clock, forward } = testClock();
    const never: AnyDeliveryKind = { name: "note", send: () => new Promise(() => undefined) };
    const { outbox: gone, database } = await openTestOutbox(url, { "Kit/note": never }, { clock, leaseMs: 1_000_000 });
    await submit(gone, noteOf("dlv_1"), never);
    await submit(
      gone,
      noteOf("dlv_2", { destination: "b", retry: { ...defaultRetryPolicy, whenUncertain: "stop" } }),
      never,
    );
    // the process has no free place for deliveries that it could take over
    await gone.start({ concurrency: 2 });
    await until("both are being sent", async () => (await gone.counts()).sending === 2);
    // as if the process were killed: it renews leases only every five minutes
    await database.db
      .updateTable("bookend_delivery")
      .set({ lease: clock().getTime() + 1_000 })
      .execute();
    const { kind, sent } = recordingKind();
    const { outbox } = await openTestOutbox(url, { "Kit/note": kind }, { clock, leaseMs: 100 });
    await outbox.start();
    expect((await outbox.counts()).sending).toBe(2);
    forward(1_001);
    await until("one is sent", async () => (await outbox.counts()).sent === 1);
    expect(sent.map(({ delivery, attempt }) => [delivery.id, attempt])).toEqual([["dlv_1", 2]]);
    const attempts = (await outbox.get("dlv_1"))?.attempts;
    expect(attempts?.map(({ outcome }) => outcome)).toEqual(["uncertain", "sent"]);
    // the abandoned attempt is written immediately, not only when the lease of the process that took it over ends
    expect(attempts?.map(({ time }) => time)).toEqual([clock(), clock()]);
    expect((await outbox.get("dlv_2"))?.delivery.state).toBe("dead");
  });

  it("keeps the order if it is requested", async () => {
    const { clock, forward } = testClock();
    const { kind, sent } = recordingKind([busy, { status: "sent" }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    for (const id of ["dlv_1", "dlv_2", "dlv_3"]) await submit(outbox, noteOf(id, { ordered: true }), kind);
    await submit(outbox, noteOf("dlv_4"), kind);
    await outbox.start();
    await until("the one without order is sent", async () => (await outbox.counts()).sent === 1);
    forward(5_000);
    await until("all are sent", async () => (await outbox.counts()).sent === 4);
    expect(sent.map(({ delivery }) => delivery.id).filter((id) => id !== "dlv_4")).toEqual([
      "dlv_1",
      "dlv_1",
      "dlv_2",
      "dlv_3",
    ]);
  });

  it("upgrades payloads, and leaves unknown kinds and newer versions to others", async () => {
    const { kind, sent } = recordingKind([{ status: "sent" }], {
      version: 2,
      upgrade: (payload, version) => ({ ...(payload as object), version }),
    });
    const url = await freshUrl();
    const { outbox } = await openTestOutbox(url, { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1"), kind);
    await submit(outbox, noteOf("dlv_2", { version: 3 }), kind);
    await submit(outbox, noteOf("dlv_3", { kind: "Kit/other" }), kind);
    await outbox.start();
    await until("one is sent", async () => (await outbox.counts()).sent === 1);
    await submit(outbox, noteOf("dlv_4"), kind);
    await until("another is sent", async () => (await outbox.counts()).sent === 2);
    expect(sent.map(({ delivery }) => delivery.payload)).toEqual([
      { text: "dlv_1", version: 1 },
      { text: "dlv_4", version: 1 },
    ]);
    expect((await outbox.counts()).waiting).toBe(2);
    // a process of the next version knows them
    const { kind: next, sent: sentByNext } = recordingKind([{ status: "sent" }], { version: 3 });
    const { outbox: newer } = await openTestOutbox(url, { "Kit/note": next, "Kit/other": { ...next, name: "other" } });
    await newer.start();
    await until("the others are sent", async () => (await outbox.counts()).sent === 4);
    expect(sentByNext.map(({ delivery, attempt }) => [delivery.id, attempt]).sort()).toEqual([
      ["dlv_2", 1],
      ["dlv_3", 1],
    ]);
  });

  it("cancels and replays the deliveries that a filter selects, which a dry run shows", async () => {
    const { kind, sent } = recordingKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    for (const id of ["dlv_1", "dlv_2", "dlv_3"])
      await submit(outbox, noteOf(id, { bindingId: id === "dlv_3" ? 2 : 1 }), kind);
    expect(await outbox.cancel({ bindingId: 1 }, { dryRun: true })).toEqual({ count: 2, ids: ["dlv_1", "dlv_2"] });
    expect((await outbox.counts()).waiting).toBe(3);
    expect(await outbox.cancel({ bindingId: 1 })).toEqual({ count: 2, ids: ["dlv_1", "dlv_2"] });
    expect(await outbox.cancel({ bindingId: 1 })).toEqual({ count: 0, ids: [] });
    await outbox.start();
    await until("the third is sent", async () => (await outbox.counts()).sent === 1);
    expect(await outbox.replay({ ids: ["dlv_1", "dlv_3"] })).toEqual({ count: 1, ids: ["dlv_1"] });
    await until("it is sent", () => sent.length === 2);
    const page = await outbox.list({}, { size: 2 });
    expect(page.deliveries.map(({ id }) => id)).toEqual(["dlv_3", "dlv_2"]);
    expect((await outbox.list({}, { size: 2, cursor: page.next })).deliveries.map(({ id }) => id)).toEqual(["dlv_1"]);
    await expect(outbox.list({ states: ["lost" as never] })).rejects.toMatchObject({ code: "OUTBOX_OPTION_INVALID" });
    await until("it is written", async () => (await outbox.counts()).sent === 2);
    expect(await outbox.prune({ before: new Date(Date.now() + 86_400_000 * 3_650) })).toEqual({ removed: 3 });
  });

  it("stops gracefully: an aborted attempt is not counted, and another process sends the delivery", async () => {
    const url = await freshUrl();
    const held: AnyDeliveryKind = {
      name: "note",
      send: (_delivery, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    };
    const { outbox: stopping } = await openTestOutbox(url, { "Kit/note": held });
    for (let index = 0; index < 10; index += 1) {
      const some = Array.from({ length: 100 }, (_, at) => `dlv_${index}_${at}`);
      await Promise.all(some.map((id) => submit(stopping, noteOf(id, { destination: `host-${index}` }), held)));
    }
    await stopping.start({ concurrency: 1_200 });
    await until("all are being sent", async () => (await stopping.counts()).sending === 1_000);
    await stopping.close({ graceMs: 0 });
    const { kind, sent } = recordingKind();
    const { outbox } = await openTestOutbox(url, { "Kit/note": kind });
    expect(await outbox.counts()).toMatchObject({ waiting: 1_000, sending: 0 });
    await outbox.start({ concurrency: 200 });
    await until("all are sent", async () => (await outbox.counts()).sent === 1_000);
    expect(new Set(sent.map(({ attempt }) => attempt))).toEqual(new Set([1]));
  });

  describe("with a delivery of a call", () => {
    async function host(run: (index: number) => { readonly key?: string }, required = false) {
      const { kind, sent } = recordingKind();
      const { outbox, store } = await openTestOutbox(await freshUrl(), {});
      let calls = 0;
      const handler = defineHandler({
        id: "Kit",
        description: "",
        positions: ["pre", "post"],
        deliveries: [kind],
        actions: {
          note: {
            description: "",
            options: anything,
            optionsJsonSchema: { type: "object", properties: {} },
            run: ({ deliver }) => deliver(kind, { n: calls }, run(calls++)),
          },
          fail: {
            description: "",
            options: anything,
            optionsJsonSchema: { type: "object", properties: {} },
            run: () => {
              throw new Error("no");
            },
          },
        },
      });
      const bookend = createBookend({
        handlers: [handler],
        bindings: memoryBindings(),
        audit: { sink: store.audit, required },
        outbox,
      });
      const bind = (name: string, action: string, abortOnError = false) =>
        bookend.bindings.add({
          name,
          events: ["e"],
          position: "post",
          handler: "Kit",
          action,
          delivery: action === "note" ? "durable" : "inline",
          abortOnError,
          ordering: abortOnError ? 2 : 1,
        });
      const call = () => bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
      return { bookend, bind, call, outbox, store, sent };
    }

    it.each([false, true])(
      "writes it with the audit entries, but not if the call is aborted (audit required: %s)",
      async (required) => {
        const { bind, call, outbox, store } = await host(() => ({}), required);
        await bind("note", "note");
        await call();
        expect((await outbox.counts()).waiting).toBe(1);
        const [delivery] = (await outbox.list()).deliveries;
        const entries = (await store.audit.search({ pageSize: 10 })).rows;
        expect(entries.filter(({ parent }) => parent === delivery?.callId)).toHaveLength(1);
        await bind("abort", "fail", true);
        await expect(call()).rejects.toMatchObject({ code: "CALL_ABORTED" });
        expect((await outbox.counts()).waiting).toBe(1);
        expect((await store.audit.search({ pageSize: 10 })).rows).toHaveLength(3);
      },
    );

    it("stores it only once for each binding and key", async () => {
      const { bind, call, outbox } = await host(() => ({ key: "once" }));
      await bind("note", "note");
      await bind("note 2", "note");
      for (let index = 0; index < 10; index += 1) await call();
      expect((await outbox.counts()).waiting).toBe(2);
    });
  });
});
