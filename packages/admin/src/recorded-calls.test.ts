import { beforeAll, describe, expect, test } from "vitest";
import { binding, createConsole } from "../test/console.js";
import { memoryCalls, recordCalls } from "../test/recorded-calls.js";

const lines = (body: string) =>
  body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("recorded calls", () => {
  const calls = memoryCalls();
  const { get, post, bookend } = createConsole({ calls });
  beforeAll(async () => {
    await recordCalls(calls, [
      { serial: "T1", amount: 1, pin: "1234" },
      { serial: "T1", amount: 5, pin: "1234" },
      { amount: 9 },
    ]);
    await post("/event", { ...binding, "option.body": "{param.amount} {serial} {user}" });
  });

  test("are listed in pages and shown one by one, without their secrets, and are one of the features", async () => {
    expect((await get("/event/rights")).body.result.value.features).toContain("calls");
    const first = await get("/event/calls?page_size=2");
    expect(first.body.result.value).toMatchObject([
      { id: "c2", event: "token_init", method: "POST", actor: { name: "hans" }, client: "10.0.0.1", success: true },
      { id: "c1", time: "2026-03-15T12:00:01.000Z" },
    ]);
    const next = await get(`/event/calls?page_size=2&cursor=${first.body.detail.next}`);
    expect(next.body.result.value).toMatchObject([{ id: "c0" }]);
    expect(next.body.detail).toEqual({});
    const found = await get("/event/calls?event=token_init&from=2026-03-15T12:00:01Z&to=2026-03-15T12:00:01Z");
    expect(found.body.result.value).toMatchObject([{ id: "c1" }]);
    expect((await get("/event/calls?event=other")).body.result.value).toEqual([]);
    const one = await get("/event/calls/c0");
    expect(one.body.result.value).toMatchObject({
      id: "c0",
      parameters: { serial: "T1", amount: 1, pin: "***" },
      headers: { authorization: "***" },
      response: { status: 200, body: { detail: { serial: "T1", otpkey: "***" } } },
    });
    expect(await get("/event/calls/nothing")).toMatchObject({ status: 404 });
    expect(await get("/event/calls?cursor=x")).toMatchObject({ status: 400 });
  });

  test("are explained and previewed as they were, with the names of values that are no longer known", async () => {
    const explained = await post("/event/explain", {
      call: "c1",
      binding: { ...binding, options: { to: "door" }, "option.to": undefined, conditions: { tokentype: "totp" } },
    });
    expect(explained.body.result.value.bindings).toMatchObject([
      { would_run: false, reason: "tokentype is no longer known.", conditions: [{ lost: true }] },
    ]);
    expect((await post("/event/explain", { call: "c1" })).body.result.value.bindings).toMatchObject([
      { name: "tell the door", would_run: true },
    ]);
    const previewed = await post("/event/preview", { call: "c1", id: 1 });
    expect(previewed.body.result.value.texts).toMatchObject([
      { option: "body", value: "5 T1 {user}", problems: ["{user} is no longer known."] },
    ]);
    for (const path of ["/event/explain", "/event/preview"]) {
      expect(
        await post(path, { call: "c1", event: "token_init", id: path.endsWith("w") ? 1 : undefined }),
      ).toMatchObject({
        status: 400,
        body: { result: { error: { message: expect.stringContaining("call") } } },
      });
      expect(await post(path, { call: "none", ...(path.endsWith("w") && { id: 1 }) })).toMatchObject({ status: 404 });
    }
  });

  test("show when a binding would have run, why it would not, and what it would have sent", async () => {
    const conditions = { parameter: "amount > 4" };
    const tried = { ...binding, "option.to": undefined, options: { to: "door", body: "{param.amount}" }, conditions };
    const { status, headers, body } = await post("/event/backtest", { binding: tried, render: true });
    expect([status, headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    expect(lines(body)).toEqual([
      { type: "progress", done: 0, of: 3 },
      {
        type: "call",
        call: "c2",
        time: "2026-03-15T12:00:02.000Z",
        ran: true,
        reason: "All conditions are fulfilled.",
        rendered: [{ option: "body", format: "text", value: "9", problems: [] }],
      },
      expect.objectContaining({ call: "c1", ran: true }),
      { type: "call", call: "c0", time: expect.any(String), ran: false, reason: "parameter is not fulfilled." },
      {
        type: "summary",
        calls: 3,
        would_run: 2,
        would_not: 1,
        unknown: 0,
        reasons: { "parameter is not fulfilled.": 1 },
      },
    ]);
    const limited = await post("/event/backtest", { id: 1, limit: 1, from: "2026-03-15T12:00:01Z" });
    expect(lines(limited.body).at(-1)).toMatchObject({ calls: 1, would_run: 1 });
    // a stored binding is tried although it is inactive, and this does not change it
    await post("/event/disable/1");
    const before = await bookend.bindings.get(1);
    expect(lines((await post("/event/backtest", { id: 1 })).body).at(-1)).toMatchObject({ would_run: 3 });
    expect(await bookend.bindings.get(1)).toEqual(before);
  });

  test("are not read for a binding that could not run, or for invalid parameters", async () => {
    expect(await post("/event/backtest", { binding: { ...binding, action: "shout" } })).toMatchObject({ status: 400 });
    expect(await post("/event/backtest", { id: 1, limit: 10_001 })).toMatchObject({ status: 400 });
    expect(await post("/event/backtest", { id: 1, colour: "red" })).toMatchObject({ status: 400 });
    expect(await post("/event/backtest", { id: 99 })).toMatchObject({ status: 404 });
    expect(await post("/event/backtest", {})).toMatchObject({ status: 400 });
  });

  test("that cannot be read any further end a backtest with an error line", async () => {
    const broken = {
      ...calls,
      async *read() {
        yield* calls.calls.slice(0, 1);
        throw new Error("gone");
      },
    };
    const { post, get } = createConsole({ calls: broken });
    await get("/event/");
    const answer = await post("/event/backtest", {
      binding: { ...binding, "option.to": undefined, options: { to: "door" } },
    });
    expect(lines(answer.body).at(-1)).toEqual({
      type: "error",
      message: "The recorded calls cannot be read any further.",
    });
  });

  test("require separate rights for reading and for backtests", async () => {
    const { get, post } = createConsole({
      calls,
      authorize: ({ right }) => right === "calls:read" || { status: 403, code: 4031, message: right },
    });
    expect(await get("/event/calls")).toMatchObject({ status: 200 });
    expect(await post("/event/backtest", { id: 1 })).toMatchObject({ status: 403 });
    expect(await post("/event/explain", { call: "c0" })).toMatchObject({ status: 403 });
    const none = createConsole();
    for (const path of ["/event/calls", "/event/calls/c0"]) {
      expect(await none.get(path)).toMatchObject({ status: 404, body: { result: { error: { code: 601 } } } });
    }
    expect(await none.post("/event/backtest", { id: 1 })).toMatchObject({ status: 404 });
    expect(await none.post("/event/explain", { call: "c0" })).toMatchObject({ status: 404 });
  });
});
