import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../test/command-run.js";

/** A server whose answers are those of the contract, for the features that `startTestServer` does not have. */
interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

let requests: Recorded[];
let answers: Map<string, unknown>;
let url: string;
let close: () => Promise<void>;

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
      const error = { code: 601, message: "ERR601: This server keeps no deliveries." };
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

describe("audit", () => {
  const entry = {
    startdate: "2026-03-01T00:00:00Z",
    success: true,
    event: "auth",
    action: "POST /auth",
    user: "alice",
    realm: "corp",
    serial: "",
    info: "ok",
  };

  test("follows the cursor until there are enough", async () => {
    const page = (length: number, next?: string) => ({ value: Array.from({ length }, () => entry), detail: { next } });
    answers.set("GET audit", ["pages", page(500, "c1"), page(100, "c2")]);
    const { code, stdout } = await run([
      "audit",
      "--limit",
      "600",
      "--user",
      "alice",
      "--handler",
      "Counter",
      "--from",
      "1d",
      "--json",
    ]);
    expect([code, JSON.parse(stdout).length]).toEqual([0, 600]);
    expect(requests.map((request) => request.url)).toEqual([
      "/event/audit?user=alice&from=2026-02-28T12%3A00%3A00.000Z&handlermodule=Counter&page_size=500",
      "/event/audit?user=alice&from=2026-02-28T12%3A00%3A00.000Z&handlermodule=Counter&page_size=100&cursor=c1",
    ]);
  });

  test("is a table for people", async () => {
    answers.set("GET audit", { value: [entry] });
    expect((await run(["audit"])).stdout).toContain(
      "2026-03-01T00:00:00Z  yes  auth   POST /auth  alice@corp          ok\n",
    );
  });

  test.each([
    ["valid", 0, "7 entries verified, all as they were written."],
    ["broken", 1, "The audit log is not as it was written"],
  ])("verify waits for the end: %s", async (state, code, message) => {
    answers.set("POST audit/verification", { value: { state: "running" } });
    answers.set("GET audit/verification", [
      "pages",
      { value: { state: "running", checked: 3 } },
      { value: { state, checked: 7 } },
    ]);
    const result = await run(["audit", "verify"]);
    expect([result.code, result.stdout]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe("deliveries", () => {
  const delivery = {
    id: "d1",
    state: "dead",
    attempt: 5,
    due: "2026-03-01T00:00:00Z",
    destination: "h.example",
    binding_name: "tell",
    summary: "POST",
  };

  test("are listed, shown, replayed and cancelled", async () => {
    answers.set("GET deliveries", { value: [delivery] });
    expect((await run(["deliveries", "--state", "dead"])).stdout).toMatch(/^d1 +dead +5 .* tell +POST$/m);
    answers.set("GET deliveries/d1", {
      value: { ...delivery, attempts: [{ attempt: 1, outcome: "failed", reason: "503" }] },
    });
    expect((await run(["deliveries", "show", "d1"])).stdout).toContain('reason: "503"');
    answers.set("POST deliveries/replay", { value: { count: 2, ids: ["d1", "d2"], dry_run: true } });
    expect((await run(["deliveries", "replay", "--state", "dead", "--dry-run"])).stdout).toBe(
      "2 deliveries would be replayed.\n",
    );
    answers.set("POST deliveries/cancel", { value: { count: 1, ids: ["d1"], dry_run: false } });
    expect((await run(["deliveries", "cancel", "d1"])).stdout).toBe("1 delivery cancelled.\n");
    expect(requests.slice(-2).map(({ body }) => body)).toEqual([
      { filter: { state: "dead" }, dry_run: true },
      { ids: ["d1"], dry_run: false },
    ]);
  });

  test("destinations are listed and resumed", async () => {
    answers.set("GET destinations", {
      value: [{ name: "h.example", state: "paused", failures: 3, waiting: 12, sending: 0 }],
    });
    expect((await run(["deliveries", "destinations"])).stdout).toMatch(/^h\.example +paused +3 +12 +0$/m);
    answers.set("POST destinations/h.example/resume", { value: { name: "h.example", state: "open" } });
    expect((await run(["deliveries", "resume", "h.example"])).stdout).toBe("h.example is resumed.\n");
  });

  test("a server without them says so", async () => {
    const { code, stderr } = await run(["deliveries"]);
    expect([code, stderr]).toEqual([1, "bookend: This server keeps no deliveries.\n"]);
  });
});

describe("backtest and preview", () => {
  beforeEach(() => {
    answers.set("GET ", { value: [{ id: 4, name: "tell" }] });
  });

  test("backtest reads the calls as they come", async () => {
    const lines = [
      { type: "progress", done: 1, of: 2 },
      { type: "call", call: "c1", time: "2026-02-28T00:00:00Z", ran: true, reason: "" },
      { type: "call", call: "c2", time: "2026-02-28T00:00:01Z", ran: "unknown", reason: "no token" },
      { type: "summary", calls: 2, would_run: 1, would_not: 0, unknown: 1, reasons: {} },
    ];
    answers.set("POST backtest", lines.map((line) => JSON.stringify(line)).join("\n"));
    const { stdout } = await run(["backtest", "tell", "--from", "2026-02-28", "--limit", "2"]);
    expect(stdout).toMatch(/c2 +unknown +no token\n2 calls: 1 would run, 0 would not, 1 unknown\.\n$/);
    expect(requests.at(-1)?.body).toEqual({ id: 4, from: "2026-02-28T00:00:00.000Z", limit: 2 });
    answers.set("POST backtest", JSON.stringify(lines[0]));
    const broken = await run(["backtest", "tell"]);
    expect([broken.code, broken.stderr]).toEqual([5, "bookend: The server ended its answer early.\n"]);
  });

  test("preview shows the messages, without what would move the cursor", async () => {
    const texts = [{ option: "body", format: "text", value: "Hi \u001b[2Jalice\nbye", problems: ["{x} is empty"] }];
    answers.set("POST preview", { value: { texts } });
    const { stdout } = await run(["preview", "tell", "--call", "c1"]);
    expect(stdout).toBe("body:\nHi  [2Jalice\nbye\n! {x} is empty\n");
    expect(requests.at(-1)?.body).toEqual({ id: 4, call: "c1" });
    const missing = await run(["preview", "tell"]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("--event: is missing")]);
  });
});
