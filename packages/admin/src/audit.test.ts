import { describe, expect, test } from "vitest";
import { createConsole } from "../test/console.js";
import type { AuditLogRow, AuditLogSearch, AuditReader } from "./index.js";

const row = (number: number, change: Partial<AuditLogRow> = {}): AuditLogRow => ({
  number,
  id: `id-${number}`,
  parent: null,
  event: "token_init",
  position: null,
  action: "POST /token/init",
  handler: null,
  binding: null,
  binding_name: null,
  success: true,
  authentication: null,
  serial: "T1",
  token_type: "totp",
  container_serial: null,
  user: "hans",
  realm: "reso",
  resolver: "res",
  actor: "admin",
  actor_role: "admin",
  action_detail: null,
  info: null,
  client: "10.0.0.1",
  user_agent: null,
  startdate: new Date("2026-03-15T12:00:00Z"),
  duration: 3.5,
  ...change,
});

/** Creates a log that records its queries. */
function log(rows: readonly AuditLogRow[], asked: AuditLogSearch[] = [], verify?: AuditReader["verify"]): AuditReader {
  return {
    async search(search) {
      asked.push(search);
      if (search.filter?.serial === "[") {
        throw Object.assign(new Error("serial: the pattern is not valid."), { code: "AUDIT_FILTER_INVALID" });
      }
      const { id, parent } = search.filter ?? {};
      const found = rows.filter(
        (one) => (id === undefined || one.id === id) && (parent === undefined || one.parent === parent),
      );
      return { rows: found, count: 12, countMore: true, cursor: 7 };
    },
    async *exportCsv() {
      yield "number,id\r\n";
      yield "1,a\r\n";
    },
    stats: async () => ({
      bindings: [{ id: 1, lastRun: new Date("2026-03-15T12:00:00Z"), runs: [1, 2], failures: [0, 1] }],
      calls: [3, 4],
      failedCalls: [0, 1],
    }),
    verify: verify ?? (async () => ({ ok: true, checked: 12 })),
  };
}

describe("the audit log", () => {
  test("is searched by filters, page by page", async () => {
    const asked: AuditLogSearch[] = [];
    const { get } = createConsole({ audit: log([row(9)], asked) });
    const { body } = await get(
      "/event/audit?serial=T*&success=false&binding=3&handlermodule=Note&from=2026-03-15&cursor=12&page_size=5&count=true",
    );
    expect(asked).toEqual([
      {
        filter: { serial: "T*", success: "0", binding: "3", handler: "Note" },
        since: new Date("2026-03-15"),
        until: undefined,
        pageSize: 5,
        cursor: 12,
        count: true,
      },
    ]);
    expect(body.detail).toEqual({ next: 7, count: 12, count_more: true });
    expect(body.result.value).toMatchObject([{ number: 9, serial: "T1", time: "2026-03-15T12:00:00.000Z" }]);
    expect((await get("/event/audit")).body.detail).toEqual({ next: 7 });
    // not counted, since the query did not request it
    expect(asked[1]).toMatchObject({ count: false });
  });

  test.each([
    ["colour=red", 'There is no parameter "colour"'],
    ["from=yesterday", 'from: "yesterday" is not valid. Allowed: a time in ISO 8601, such as 2026-03-15T09:00:00Z.'],
    ["serial=[", "serial: the pattern is not valid."],
  ])("%s is refused", async (query, message) => {
    const { status, body } = await createConsole({ audit: log([]) }).get(`/event/audit?${query}`);
    expect([status, body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
  });

  test("shows one call with its actions and deliveries", async () => {
    const rows = [row(1, { id: "c" }), row(2, { parent: "c", binding: 1 }), row(3)];
    const { get } = createConsole({ audit: log(rows) });
    expect((await get("/event/audit/calls/c")).body.result.value).toMatchObject({
      call: { number: 1 },
      actions: [{ number: 2, binding: 1 }],
      deliveries: [],
    });
    expect((await get("/event/audit/calls/d")).status).toBe(404);
    expect((await get("/event/audit/calls/*")).status).toBe(400);
  });

  test("shows the deliveries of a call only to callers who may read deliveries", async () => {
    const at = new Date("2026-03-15T12:00:00Z");
    const about = { kind: "Note/mail", version: 1, destination: "smtp:mail", summary: "a mail", event: "token_init" };
    const origin = { bindingId: 1, bindingName: "b", callId: "c" };
    const delivery = { id: "d1", ...about, ...origin, state: "sent", attempt: 1, due: at, created: at };
    const list = async () => ({ deliveries: [delivery] });
    const shown = async (right: string) => {
      const { get } = createConsole({
        audit: log([row(1, { id: "c" })]),
        outbox: { list } as never,
        authorize: (asked) => asked.right !== right || { status: 403, code: 4031, message: "no" },
      });
      return (await get("/event/audit/calls/c")).body.result.value;
    };
    expect(await shown("deliveries:read")).toMatchObject({
      call: { id: "c" },
      deliveries: [],
      deliveries_denied: true,
    });
    const other = await shown("deliveries:replay");
    expect([other.deliveries, other.deliveries_denied]).toMatchObject([[{ id: "d1", call: "c" }], undefined]);
  });

  test("is exported as CSV", async () => {
    const { body, headers } = await createConsole({ audit: log([]) }).get("/event/audit/csv?event=token_init");
    expect([headers.get("content-type"), body]).toEqual(["text/csv; charset=utf-8", "number,id\r\n1,a\r\n"]);
  });

  test("is verified in the background", async () => {
    let end: (result: Awaited<ReturnType<AuditReader["verify"]>>) => void = () => undefined;
    const running = new Promise<Awaited<ReturnType<AuditReader["verify"]>>>((resolve) => {
      end = resolve;
    });
    const { get, post } = createConsole({ audit: log([], [], () => running) });
    const state = async () => (await get("/event/audit/verification")).body.result.value;
    expect(await state()).toEqual({ state: "never" });
    expect((await post("/event/audit/verification")).body.result.value).toMatchObject({ state: "running" });
    expect((await post("/event/audit/verification")).body.result.value).toMatchObject({ state: "running" });
    end({ ok: false, checked: 5, firstBad: { number: 6, reason: "changed" } });
    await running;
    expect(await state()).toMatchObject({ state: "broken", checked: 5, problems: [{ number: 6, reason: "changed" }] });
  });

  test("counts runs and calls per time bucket", async () => {
    const { get } = createConsole({ audit: log([]) });
    expect((await get("/event/stats?hours=2&buckets=2")).body.result.value).toEqual({
      from: "2023-11-14T20:13:20.500Z",
      to: "2023-11-14T22:13:20.500Z",
      bucket_ms: 3_600_000,
      bindings: [{ id: 1, last_run: "2026-03-15T12:00:00.000Z", deleted: true, runs: [1, 2], failures: [0, 1] }],
      calls: [3, 4],
      failed_calls: [0, 1],
    });
  });

  test("refuses a number of hours whose entries take too long to count", async () => {
    const stats = () => Promise.reject(Object.assign(new Error("cancelled"), { code: "STATEMENT_TIMEOUT" }));
    const { status, body } = await createConsole({ audit: { ...log([]), stats } }).get("/event/stats?hours=8000");
    expect([status, body.result.error.message]).toEqual([
      400,
      "ERR905: hours: counting 8000 hours takes too long. Allowed: fewer hours.",
    ]);
  });

  test("is not available if the host does not provide it", async () => {
    const { status, body } = await createConsole().get("/event/stats");
    expect([status, body.result.error.message]).toEqual([404, "ERR601: This server does not provide its audit log."]);
  });
});
