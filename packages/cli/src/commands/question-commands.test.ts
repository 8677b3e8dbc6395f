import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedCall } from "@bookend/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, runCommand, type Workplace } from "../../test/command-run.js";
import { startTestServer, type TestServer, tokens } from "../../test/test-server.js";

const tell = {
  name: "tell",
  events: ["auth"],
  handler: "WebHook",
  action: "post_webhook",
  options: { URL: "https://hooks.example/x", content_type: "json", data: '{"from": "{client_ip}"}', replace: "1" },
  conditions: { client_ip: "10.0.0.0/8" },
} as const;

const file = (network: string) => `bindings:
  new:
    event: auth
    handlermodule: WebHook
    action: post_webhook
    conditions: { client_ip: ${network} }
    options: { URL: "https://hooks.example/x", content_type: json, data: '{"new": "{client_ip}"}', replace: "1" }
`;

/** Creates a call from this address, as core records it. */
function recorded(id: string, clientIp: string, time: string): RecordedCall {
  const at = new Date(time);
  const request = { method: "POST", path: "/auth", parameters: {}, headers: {}, clientIp };
  const end = { at, changes: [], states: [{ request, notes: {}, masked: [] }], facts: [] } as const;
  return { id, event: "auth", time: at, success: true, ends: { pre: end, post: end } };
}

let workplace: Workplace;
let server: TestServer;
beforeEach(async () => {
  workplace = await createWorkplace({ database: false });
  server = await startTestServer({ stored: true, bindings: [tell] });
  const calls = [
    recorded("c1", "10.1.1.1", "2026-02-28T10:00:00Z"),
    recorded("c2", "192.0.2.1", "2026-02-28T11:00:00Z"),
  ];
  await Promise.all(calls.map((call) => server.stored?.calls.record(call)));
});
afterEach(async () => {
  await server.close();
  await workplace.remove();
});
const run = (...args: readonly string[]) =>
  runCommand(["--url", server.url, ...args], workplace.directory, { env: { BOOKEND_TOKEN: tokens.admin } });

describe("backtest", () => {
  test("shows for each recorded call whether a binding would have run", async () => {
    const { code, stdout } = await run("backtest", "tell", "--from", "2026-02-28");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^TIME .*\n\S+ +c2 +no +client_ip .*\n\S+ +c1 +yes.*\n2 calls: 1 would run, 1 would not, 0 unknown\.\n$/,
      ),
    ]);
    expect((await run("backtest", "tell", "--to", "2026-02-28T10:30:00Z")).stdout).toContain("\n1 call: 1 would run");
    expect((await run("backtest", "tell", "--from", "1h")).stdout).toBe(
      "0 calls: 0 would run, 0 would not, 0 unknown.\n",
    );
    const { calls, summary } = JSON.parse((await run("backtest", "tell", "--limit", "1", "--json")).stdout);
    expect([calls, summary]).toEqual([
      [{ call: "c2", time: "2026-02-28T11:00:00.000Z", ran: false, reason: expect.any(String) }],
      { calls: 1, would_run: 0, would_not: 1, unknown: 0, reasons: expect.any(Object) },
    ]);
  });

  test("tries a binding from a file, and shows what would be sent", async () => {
    await workplace.write("new.yaml", file("192.0.2.0/24"));
    const { stdout } = await run("backtest", "new.yaml", "--render");
    expect(stdout).toMatch(/^\S+ +c2 +yes/m);
    expect(stdout).toContain("Call c2\n\n");
    expect(stdout).toContain('{"new": "192.0.2.1"}');
    await workplace.write("bad.yaml", file("nowhere"));
    const bad = await run("backtest", "bad.yaml");
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining("client_ip")]);
  });

  test.each([
    ['{"type":"progress","done":1,"of":2}\n', 5, "ended its response early"],
    ["{\n", 5, "ended its response early"],
    ['{"type":"error","message":"The recorded calls cannot be read any further."}\n', 1, "cannot be read any further"],
  ])("rejects the response %j as incomplete", async (body, code, message) => {
    const other = createServer((request, response) => {
      const isList = request.method === "GET";
      response.setHeader("content-type", isList ? "application/json" : "application/x-ndjson");
      response.end(isList ? JSON.stringify({ result: { status: true, value: [{ id: 4, name: "tell" }] } }) : body);
    });
    await once(other.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const result = await runCommand(["--url", url, "backtest", "tell"], "/nonexistent");
    expect([result.code, result.stdout, result.stderr]).toEqual([code, "", expect.stringContaining(message)]);
    other.closeAllConnections();
    other.close();
  });
});

describe("a recorded call", () => {
  test("is explained for all bindings, one of them, or one from a file", async () => {
    expect((await run("explain", "--call", "c1")).stdout).toMatch(/^1 +tell +post +yes/m);
    expect((await run("explain", "tell", "--call", "c2")).stdout).toMatch(/ no .*\n\n.*\nclient_ip .*192\.0\.2\.1/s);
    await workplace.write("new.yaml", file("192.0.2.0/24"));
    expect((await run("explain", "new.yaml", "--call", "c2")).stdout).toMatch(
      / new +post +yes.*\nclient_ip +fulfilled/s,
    );
    const unknown = await run("explain", "--call", "c3");
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("c3")]);
    const mixed = await run("explain", "--call", "c1", "--user", "alice");
    expect([mixed.code, mixed.stderr]).toEqual([1, expect.stringContaining("user")]);
  });

  test("is used to preview messages", async () => {
    expect((await run("preview", "tell", "--call", "c1")).stdout).toContain('{"from": "10.1.1.1"}');
    const missing = await run("preview", "tell");
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("--event: is missing")]);
  });
});
