import { defaultRetryPolicy } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { noteOf, openTestOutbox, recordingKind, submit, testClock, until } from "../../test/outbox/test-outbox.js";

const busy = { status: "failed", reason: "busy" } as const;
const hourly = { ...defaultRetryPolicy, scheduleMs: [3_600_000, 3_600_000], jitter: 0 };

describeEachDatabase("hastened deliveries", ({ freshUrl }) => {
  it("are attempted immediately, selected by ids or destination, but not by a dry run", async () => {
    const { clock } = testClock();
    const { kind, sent } = recordingKind([busy, busy, busy, { status: "sent" }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    await submit(outbox, noteOf("dlv_1", { retry: hourly }), kind);
    await submit(outbox, noteOf("dlv_2", { retry: hourly }), kind);
    await submit(outbox, noteOf("dlv_3", { retry: hourly, destination: "other" }), kind);
    await outbox.start();
    await until("each was tried", async () => sent.length === 3 && (await outbox.counts()).waiting === 3);
    const due = (await outbox.get("dlv_1"))?.delivery.due;
    expect(await outbox.hasten({ destination: "kit" }, { dryRun: true })).toEqual({
      count: 2,
      ids: ["dlv_1", "dlv_2"],
    });
    expect((await outbox.get("dlv_1"))?.delivery.due).toEqual(due);
    expect(await outbox.hasten({ ids: ["dlv_3"] })).toEqual({ count: 1, ids: ["dlv_3"] });
    await until("it is sent", async () => (await outbox.counts()).sent === 1);
    expect(await outbox.hasten({ destination: "kit" })).toMatchObject({ count: 2 });
    await until("all are sent", async () => (await outbox.counts()).sent === 3);
    expect(sent.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it("do not wait for the end of a pause: one attempt shows whether the destination is reachable again", async () => {
    const { clock } = testClock();
    const { kind, sent } = recordingKind([busy, busy, busy, { status: "sent" }]);
    const circuit = { failures: 2, firstPauseMs: 600_000 };
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock, circuit });
    for (const id of ["dlv_1", "dlv_2"]) await submit(outbox, noteOf(id, { retry: hourly }), kind);
    await outbox.start();
    const isPaused = async () => (await outbox.destinations()).destinations[0]?.state === "paused";
    await until("it is paused", async () => sent.length === 2 && (await isPaused()));
    await submit(outbox, noteOf("dlv_3"), kind);
    expect(await outbox.hasten({ destination: "kit" })).toMatchObject({ count: 3 });
    await until("it is paused again, after one attempt", async () => sent.length === 3 && (await isPaused()));
    await outbox.hasten("all");
    await until("all are sent", async () => (await outbox.counts()).sent === 3);
    expect(sent).toHaveLength(6);
  });

  it("do not include deliveries for a later time, with a disabled destination, or that have ended", async () => {
    const { clock } = testClock();
    const gone = { ...busy, destination: "disable" } as const;
    const { kind, sent } = recordingKind([gone, { status: "sent" }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    await submit(outbox, noteOf("dlv_1", { retry: hourly, destination: "gone" }), kind);
    await outbox.start();
    await until("it was tried", async () => (await outbox.counts()).waiting === 1 && sent.length === 1);
    await submit(outbox, noteOf("dlv_2", { notBefore: new Date(clock().getTime() + 3_600_000) }), kind);
    await submit(outbox, noteOf("dlv_3"), kind);
    await until("the third is sent", async () => (await outbox.counts()).sent === 1);
    expect(await outbox.hasten("all")).toEqual({ count: 0, ids: [] });
    expect((await outbox.destinations({ states: ["disabled"] })).destinations).toMatchObject([{ name: "gone" }]);
    await outbox.resume("gone");
    expect(await outbox.hasten("all")).toEqual({ count: 1, ids: ["dlv_1"] });
    await until("it is sent", async () => (await outbox.counts()).sent === 2);
  });
});

describeEachDatabase("changes of deliveries", ({ freshUrl }) => {
  it("require `all` to affect every delivery: a filter without fields is refused, and changes nothing", async () => {
    const { kind } = recordingKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1"), kind);
    for (const change of ["replay", "cancel", "hasten"] as const)
      for (const filter of [{}, { kind: undefined, ids: undefined }])
        await expect(outbox[change](filter)).rejects.toMatchObject({
          code: "OUTBOX_OPTION_INVALID",
          message:
            'filter: it has no fields, so it would select every delivery. Allowed: "all", or at least one field.',
        });
    expect(await outbox.counts()).toMatchObject({ waiting: 1 });
    expect(await outbox.cancel("all")).toEqual({ count: 1, ids: ["dlv_1"] });
    expect(await outbox.replay("all")).toEqual({ count: 1, ids: ["dlv_1"] });
  });

  it("report what they changed, not what they found: of two simultaneous changes, one changes each delivery", async () => {
    const { kind } = recordingKind();
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const ids = Array.from({ length: 50 }, (_, index) => `dlv_${index}`);
    for (const id of ids) await submit(outbox, noteOf(id), kind);
    for (const change of ["cancel", "replay"] as const) {
      const both = await Promise.all([outbox[change]({ ids }), outbox[change]({ ids })]);
      expect(both.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length);
      expect(both.flatMap((one) => one.ids).sort()).toEqual([...ids].sort());
    }
  });
});

describeEachDatabase("destinations", ({ freshUrl }) => {
  it("are listed in pages, by name and by state", async () => {
    const { clock } = testClock();
    const { kind, sent } = recordingKind([{ ...busy, destination: "wait" }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind }, { clock });
    const names = ["a", "b", "ä", "z", "Z", "https://hooks.example", "smtp:office"];
    for (const name of names) await submit(outbox, noteOf(`dlv_${name}`, { destination: name, retry: hourly }), kind);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await outbox.destinations({}, { cursor, size: 3 });
      expect(page.destinations.length).toBeLessThanOrEqual(3);
      expect(page.destinations.every(({ waiting, state }) => waiting === 1 && state === "open")).toBe(true);
      seen.push(...page.destinations.map(({ name }) => name));
      cursor = page.next;
    } while (cursor !== undefined);
    expect([...seen].sort()).toEqual([...names].sort());
    await outbox.start();
    await until("each was tried", async () => sent.length === 7 && (await outbox.counts()).waiting === 7);
    await outbox.resume("b");
    const named = async (...states: ("open" | "paused" | "disabled")[]) =>
      (await outbox.destinations({ states })).destinations.map(({ name }) => name);
    expect(await named("open")).toEqual(["b"]);
    expect((await named("paused", "disabled")).sort()).toEqual(names.filter((name) => name !== "b").sort());
    expect(await named("disabled")).toEqual([]);
    const odd = { states: ["closed"] as unknown as ["open"] };
    await expect(outbox.destinations(odd)).rejects.toMatchObject({ code: "OUTBOX_OPTION_INVALID" });
    await expect(outbox.destinations({}, { size: 0 })).rejects.toMatchObject({ code: "OUTBOX_OPTION_INVALID" });
  });
});
