import type { RecordedCall } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it, onTestFinished } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { type CallLogOptions, openCallLog } from "./call-log.js";

const start = Date.parse("2026-03-15T12:00:00Z");

function call(id: string, minutes: number, more: Partial<RecordedCall> = {}): RecordedCall {
  const at = new Date(start + minutes * 60_000);
  const request = {
    method: "POST",
    path: `/login/${id}`,
    // looks like a time that the log wrote, but comes from the caller
    parameters: { at: "2026-03-15T12:00:00Z", text: "nul \u0000 half \ud800" },
    headers: {},
    clientIp: "192.0.2.1",
    user: { login: "hans\u0000", realm: "corp" },
  };
  const state = { request, notes: {}, masked: [["request", "parameters", "pin"]] };
  return {
    id,
    event: "login",
    time: at,
    actor: { username: "hans", realm: "corp" },
    success: true,
    ends: {
      pre: { at, changes: [], states: [state], facts: [{ key: "realm", after: 0, kind: "value", value: "corp" }] },
      post: { at, changes: [[1, 2]], states: [state, null], facts: [] },
    },
    ...more,
  };
}

describeEachDatabase("recorded calls", ({ freshUrl }) => {
  const open = async (options: Partial<CallLogOptions<never>> = {}) => {
    const { database, store } = await openTestStore(await freshUrl());
    const clock = () => new Date(start + 60 * 60_000);
    const log = openCallLog({ events: "all", clock, ...options, database });
    onTestFinished(() => log.close());
    return { log, database, store };
  };
  const ids = async (calls: AsyncIterable<RecordedCall>) => {
    const found: string[] = [];
    for await (const { id } of calls) found.push(id);
    return found;
  };

  it("are returned unchanged, whatever callers sent: in pages or all at once, newest first, by event and time", async () => {
    const { log } = await open();
    const given = call("a", 0);
    await log.record(given);
    expect(await log.get("a")).toEqual(given);
    expect(await log.get("b")).toBeUndefined();
    expect(await log.get("\u0000")).toBeUndefined();
    expect((await log.list({}, { size: 10 })).calls).toEqual([
      {
        id: "a",
        event: "login",
        time: given.time,
        method: "POST",
        path: "/login/a",
        user: { login: "hans\uFFFD", realm: "corp" },
        actor: { username: "hans", realm: "corp" },
        client: "192.0.2.1",
        success: true,
        size: expect.any(Number),
      },
    ]);
    // several with the same time
    const minutes = [0, 1, 1, 1, 2, 3];
    await Promise.all(minutes.map((minute, index) => log.record(call(`c${index}`, minute))));
    await log.record(call("other", 2, { event: "logout" }));
    const paged: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await log.list({ events: ["login"] }, { cursor, size: 2 });
      paged.push(...page.calls.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(paged).toEqual(["c5", "c4", "c3", "c2", "c1", "c0", "a"]);
    expect(await ids(log.read({ events: ["login", "logout"] }, 3))).toEqual(["c5", "other", "c4"]);
    const between = { from: new Date(start + 60_000), to: new Date(start + 120_000) };
    expect(await ids(log.read(between, 100))).toEqual(["other", "c4", "c3", "c2", "c1"]);
    expect(await log.count(between, 100)).toBe(5);
    expect(await log.count({}, 3)).toBe(3);
    expect(await ids(log.read({ events: [] }, 100))).toEqual([]);
    for (const cursor of ["", "1", "1-2-3", "a-b"]) {
      await expect(log.list({}, { cursor, size: 2 })).rejects.toMatchObject({ code: "CALL_FILTER_INVALID" });
    }
  });

  it.each([{ days: 0 }, { calls: 1.5 }, { megabytes: Number.NaN }, { maxLength: 1_000_001 }])(
    "are not kept if an option is invalid, which the message names: %j",
    async (options) => {
      const [name = ""] = Object.keys(options);
      await expect(open(options)).rejects.toThrow(expect.objectContaining({ code: "CALL_OPTION_INVALID" }));
      await expect(open(options)).rejects.toThrow(`${name}: `);
    },
  );

  it("are listed with the size of their JSON", async () => {
    const { log } = await open();
    await log.record(call("a", 0));
    const [listed] = (await log.list({}, { size: 1 })).calls;
    expect(listed?.size).toBe(JSON.stringify((await log.get("a"))?.ends).length);
  });

  it("are limited by days, number and size, and the newest are kept", async () => {
    const { log } = await open({ days: 1, calls: 3 });
    await log.record(call("old", -24 * 60));
    await log.prune();
    expect(await ids(log.read({}, 10))).toEqual([]);
    await Promise.all([0, 1, 2, 3, 4].map((minute) => log.record(call(`c${minute}`, minute))));
    expect(await log.prune()).toBe(2);
    expect(await ids(log.read({}, 10))).toEqual(["c4", "c3", "c2"]);
  });

  it("are kept only for some events, and refused if they are too long or too many", async () => {
    const { log } = await open({ events: ["login"], maxLength: 5_000 });
    expect([log.keeps("login"), log.keeps("logout"), log.maxLength]).toEqual([true, false, 5_000]);
    const long = call("long", 0);
    const ends = { pre: { ...long.ends.pre, facts: [{ key: "x".repeat(1_000_001), after: 0, kind: "unknown" }] } };
    await expect(log.record({ ...long, ends: ends as never })).rejects.toMatchObject({ code: "CALL_NOT_KEPT" });
    const many = await Promise.allSettled(
      Array.from({ length: 2_001 }, (_, index) => log.record(call(`n${index}`, 1))),
    );
    expect(many.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await log.count({}, 10_000)).toBe(2_000);
    await log.close();
    await expect(log.record(call("late", 0))).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});
