import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnyDeliveryKind, defaultRetryPolicy } from "@bookend/core";
import { sql } from "@bookend/store-sql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, runCommand, type Workplace } from "../../test/command-run.js";
import { startTestServer, type TestServer, type TestStore, tokens } from "../../test/test-server.js";

describe("a server with a database", () => {
  let server: TestServer;
  let stored: TestStore;
  beforeEach(async () => {
    const action = { handler: "Counter", action: "reset_counter", options: { counter_name: "a" } };
    server = await startTestServer({ stored: true, bindings: [{ ...action, name: "7", events: ["auth"] }] });
    stored = server.stored as TestStore;
  });
  afterEach(() => server.close());
  const ask = (...args: readonly string[]) =>
    runCommand(["--url", server.url, ...args], "/nonexistent", { env: { BOOKEND_TOKEN: tokens.admin } });

  test("has an audit log that is searched in pages, and verified", async () => {
    const call = { action: "POST /auth", event: "auth", success: true, startedAt: new Date(), durationMs: 1 };
    for (let index = 0; index < 510; index++) {
      await stored.store.audit.call({
        ...call,
        id: `c${index}`,
        user: { login: index < 505 ? "alice" : "bob", realm: "r" },
      });
    }
    expect((await ask("audit", "--limit", "2")).stdout).toMatch(/^TIME .*\n.* yes +auth +POST \/auth +bob@r *\n/);
    const found = JSON.parse((await ask("audit", "--user", "ali*", "--limit", "503", "--json")).stdout);
    expect([found.length, found[0].id, found.at(-1).id]).toEqual([503, "c504", "c2"]);
    for (const options of [
      ["--from", "1h"],
      ["--success", "true", "--event", "auth", "--realm", "r"],
    ]) {
      expect(JSON.parse((await ask("audit", ...options, "--limit", "1", "--json")).stdout)).toHaveLength(1);
    }
    expect((await ask("audit", "--handler", "Counter", "--binding", "1", "--serial", "x")).stdout).toBe(
      "No entries.\n",
    );
    const verified = await ask("audit", "verify");
    expect(verified).toEqual({ code: 0, stdout: "510 entries verified; all are unchanged.\n", stderr: "" });
    await sql`update bookend_audit set "user" = 'carol' where id = 'c9'`.execute(stored.database.db);
    const changed = await ask("audit", "verify");
    expect([changed.code, changed.stdout]).toEqual([1, expect.stringContaining("has been tampered with")]);
  });

  test("has deliveries that are listed, shown, cancelled, replayed and hastened", async () => {
    const kind: AnyDeliveryKind = { name: "note", send: () => ({ status: "sent" }) };
    stored.outbox.register?.(new Map([["Kit/note", kind]]));
    const signal = new AbortController().signal;
    for (const id of ["dlv_1", "dlv_2"]) {
      const delivery = {
        id,
        kind: "Kit/note",
        version: 1,
        payload: {},
        destination: "kit",
        summary: `note ${id}`,
        retry: defaultRetryPolicy,
        createdAt: new Date(),
        callId: "call-1",
        event: "auth",
        bindingId: 1,
        bindingName: "7",
      };
      await stored.outbox.submit(delivery, { kind, signal });
    }
    const listed = (await ask("deliveries", "--state", "waiting,dead", "--binding", "1", "--call", "call-1")).stdout;
    expect(listed).toMatch(/^dlv_2 +waiting +0 .* kit +7 +note dlv_2\ndlv_1 /m);
    expect((await ask("deliveries", "--state", "sent")).stdout).toBe("No deliveries.\n");
    expect((await ask("deliveries", "show", "dlv_1")).stdout).toContain("destination: kit\n");
    expect((await ask("deliveries", "cancel", "--destination", "kit", "--dry-run")).stdout).toBe(
      "2 deliveries would be cancelled.\n",
    );
    expect((await ask("deliveries", "cancel", "dlv_1")).stdout).toBe("1 delivery cancelled.\n");
    expect((await ask("deliveries", "--state", "cancelled")).stdout).toContain("dlv_1");
    expect((await ask("deliveries", "replay", "--state", "cancelled")).stdout).toBe("1 delivery replayed.\n");
    expect(await ask("deliveries", "cancel", "dlv_1", "dlv_3", "dlv_1")).toEqual({
      code: 1,
      stdout: "1 delivery cancelled.\n",
      stderr: "dlv_3: there is no such delivery\n",
    });
    const againAndEnded = await ask("deliveries", "cancel", "dlv_1");
    expect([againAndEnded.code, againAndEnded.stderr]).toEqual([1, "dlv_1: it has already ended: it is cancelled\n"]);
    expect((await ask("deliveries")).stdout).toMatch(/ REASON\n.*\n.* note dlv_1 +cancelled\n/);
    const waiting = await ask("deliveries", "replay", "dlv_1", "dlv_2");
    expect([waiting.code, waiting.stdout, waiting.stderr]).toEqual([
      1,
      "1 delivery replayed.\n",
      "dlv_2: it is waiting; only a delivery that has ended can be replayed\n",
    ]);
    await sql`update bookend_delivery set state = 'sent', payload = null where id = 'dlv_2'`.execute(
      stored.database.db,
    );
    expect((await ask("deliveries", "replay", "dlv_2")).stderr).toBe(
      "dlv_2: it is sent, and its content has been deleted\n",
    );
    await sql`update bookend_delivery set state = 'waiting' where id = 'dlv_2'`.execute(stored.database.db);
    await sql`update bookend_delivery set attempt = 1, due = due + 3600000 where id = 'dlv_2'`.execute(
      stored.database.db,
    );
    expect((await ask("deliveries", "hasten", "--all", "--dry-run")).stdout).toBe("2 deliveries would be hastened.\n");
    expect((await ask("deliveries", "hasten", "dlv_2")).stdout).toBe("1 delivery hastened.\n");
    await sql`update bookend_delivery set state = 'sent' where id = 'dlv_2'`.execute(stored.database.db);
    expect((await ask("deliveries", "hasten", "dlv_2")).stderr).toBe(
      "dlv_2: it is sent; only a waiting delivery can be hastened\n",
    );
    await sql`update bookend_delivery set state = 'waiting' where id = 'dlv_2'`.execute(stored.database.db);
    expect((await ask("deliveries", "destinations", "--state", "paused,disabled")).stdout).not.toContain("kit");
    expect((await ask("deliveries", "destinations")).stdout).toMatch(/^kit +open +0 +2 +0 /m);
    expect((await ask("deliveries", "resume", "kit")).stdout).toBe("kit has been resumed.\n");
    const unknown = await ask("deliveries", "show", "dlv_3");
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("dlv_3")]);
  });

  test("has a history for each binding, found by its name, even a numeric one, or by its id", async () => {
    await ask("disable", "7");
    expect((await ask("history", "7")).stdout).toMatch(/^\d+ +\S+ +disable +root +\S* +7\n\d+ .* +7\n$/m);
    await ask("delete", "7");
    expect((await ask("history", "1", "--limit", "1")).stdout).toMatch(/ delete /);
    const none = await ask("history", "none");
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('There is no binding "none"')]);
  });
});

/** A request that the server with prepared responses has received. */
interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

let requests: Recorded[];
let answers: Map<string, unknown>;
let url: string;
let close: () => Promise<void>;

// a server with prepared responses in the format of the API, for cases that do not occur on a test server
beforeEach(async () => {
  requests = [];
  answers = new Map();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname.replace("/event/", "");
    requests.push({ method: request.method ?? "", url: request.url ?? "", body: await jsonOf(request) });
    const given = answers.get(`${request.method} ${path}`);
    const answer = Array.isArray(given) && given[0] === "pages" ? (given as unknown[]).splice(1, 1)[0] : given;
    if (typeof answer === "string") response.end(answer);
    else {
      response.setHeader("content-type", "application/json");
      const { value, detail = {} } = (answer ?? {}) as { value?: unknown; detail?: object };
      response.statusCode = answer === undefined ? 404 : 200;
      const error = { code: 601, message: "ERR601: This server does not keep deliveries." };
      response.end(
        JSON.stringify({ result: answer === undefined ? { status: false, error } : { status: true, value }, detail }),
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
});
afterEach(() => close());

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}

const run = (args: readonly string[]) =>
  runCommand(["--url", url, ...args], "/nonexistent", { env: { BOOKEND_TOKEN: "t" } });

describe("audit verify", () => {
  test.each([
    ["valid", 0, "7 entries verified; all are unchanged."],
    ["broken", 1, "The audit log has been tampered with"],
  ])(
    "waits until the verification that it started has ended, and reports its result: %s",
    async (state, code, message) => {
      const at = "2026-03-01T00:00:00.000Z";
      answers.set("POST audit/verification", { value: { state: "running", at } });
      answers.set("GET audit/verification", [
        "pages",
        { value: { state: "running", at } },
        // older results, from other nodes of the server
        { value: { state: state === "valid" ? "broken" : "valid", at: "2026-02-28T00:00:00.000Z", checked: 3 } },
        { value: { state: "never" } },
        { value: { state, at, checked: 7 } },
      ]);
      const result = await run(["audit", "verify"]);
      expect([result.code, result.stdout]).toEqual([code, expect.stringContaining(message)]);
    },
  );

  test("distinguishes an unreadable log from a changed one, and does not wait endlessly for a server", async () => {
    const at = "2026-03-01T00:00:00.000Z";
    answers.set("POST audit/verification", { value: { state: "running", at } });
    answers.set("GET audit/verification", { value: { state: "failed", at } });
    const failed = await run(["audit", "verify"]);
    expect([failed.code, failed.stdout, failed.stderr]).toEqual([5, "", expect.stringContaining("could not read")]);
    answers.set("GET audit/verification", { value: { state: "running", at } });
    const endless = await run(["audit", "verify", "--wait", "1"]);
    expect([endless.code, endless.stderr]).toEqual([
      5,
      expect.stringContaining("did not complete the verification within 1"),
    ]);
  });
});

describe("deliveries", () => {
  test("reports a server without deliveries", async () => {
    const { code, stderr } = await run(["deliveries"]);
    expect([code, stderr]).toEqual([1, "bookend: This server does not keep deliveries.\n"]);
  });
});

describe("a database", () => {
  let workplace: Workplace;
  beforeEach(async () => {
    workplace = await createWorkplace();
  });
  afterEach(() => workplace.remove());

  test.each([
    [
      ["audit"],
      "The audit log can only be read by a server. Use --url instead of --database. The command audit verify accepts both.",
    ],
    [["deliveries"], "Deliveries can only be read by a server. Use --url instead of --database."],
    [["deliveries", "show", "dlv_1"], "Deliveries can only be read by a server. Use --url instead of --database."],
    [["deliveries", "cancel", "dlv_1"], "Deliveries can only be read by a server. Use --url instead of --database."],
    [["deliveries", "destinations"], "Destinations can only be read by a server. Use --url instead of --database."],
    [["deliveries", "resume", "x"], "Destinations can only be read by a server. Use --url instead of --database."],
  ])("refuses %j, and says what to use instead", async (args, message) => {
    const { code, stdout, stderr } = await workplace.run(args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  });
});
