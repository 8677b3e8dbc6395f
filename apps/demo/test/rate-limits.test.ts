import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

const counted = (rateLimit: object = {}) => testServer({ config: { rateLimit } });
const wrong = { username: "alice", password: "wrong" };

describe("failed logins", () => {
  it("are limited to ten for each login: the next one is refused even with the correct password", async () => {
    const { url, api } = await counted();
    for (let i = 0; i < 10; i++) expect((await api.call("POST", "/auth", wrong)).status).toBe(401);
    const refused = await fetch(`${url}/auth`, {
      method: "POST",
      body: new URLSearchParams({ username: " ALICE", password: "alice-demo" }),
    });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(((await refused.json()) as { result: object }).result).toMatchObject({
      status: false,
      error: { code: 429 },
    });
    expect((await asAdmin(api)).token).toBeDefined();
  });

  it("are counted before they end if they are concurrent", async () => {
    const { api } = await counted({ failedLogins: 3 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.call("POST", "/auth", wrong)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
  });

  it("do not include calls whose login is not a string, which are always refused with 400", async () => {
    const { api } = await counted({ failedLogins: 2 });
    for (const username of [{ toString: 1, valueOf: 1 }, {}, ["alice"], [{ toString: 1 }]]) {
      for (const name of ["username", "user"]) {
        const { status, body } = await api.call("POST", "/auth", { [name]: username, password: "x" });
        expect([name, status, body.result.error.code]).toEqual([name, 400, 905]);
      }
    }
  });

  it("do not include successful ones", async () => {
    const { api } = await counted({ failedLogins: 2 });
    for (let i = 0; i < 5; i++) await asAdmin(api);
    expect((await api.call("POST", "/auth", { username: "admin", password: "wrong" })).status).toBe(401);
  });
});

describe("calls without a login", () => {
  it("are refused beyond the limit before an event is raised; calls with a login are not", async () => {
    const { api, store } = await counted({ anonymous: 5 });
    const admin = await asAdmin(api);
    await admin.call("POST", "/event", {
      name: "count",
      event: "validate_check",
      position: "pre",
      handlermodule: "Counter",
      action: "increase_counter",
      options: { counter_name: "checks" },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await api.call("POST", "/validate/check", { user: "bob", pass: "x" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect(await store.counters.value("checks")).toBe(4);
    expect((await admin.call("GET", "/token/")).status).toBe(200);
  });

  it("are not counted for exempt addresses", async () => {
    const { api } = await counted({ anonymous: 1, failedLogins: 1, exempt: ["127.0.0.1"] });
    for (let i = 0; i < 3; i++) expect((await api.call("POST", "/auth", wrong)).status).toBe(401);
  });
});

it.each([
  ["headers", "POST /validate/check HTTP/1.1\r\nHost: x\r\n"],
  [
    "body",
    "POST /validate/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  ],
])("a client that never sends the rest of its %s is disconnected", async (_what, sent) => {
  const { url } = await testServer({ config: { timeouts: { request: 1, headers: 1 } } });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.resume();
  socket.write(sent);
  await once(socket, "close");
});

it("no response is cached, or interpreted by browsers as another type or as a page", async () => {
  const { url } = await testServer();
  const paths = ["/token/", "/nosuchroute", "/validate/check?user=bob&pass=x", "/event/", "/event/openapi.json"];
  // the last two paths match no route
  for (const path of [...paths, "/healthz", "/%zz", `/token/${"x".repeat(2_000)}`]) {
    const { headers } = await fetch(`${url}${path}`);
    expect({ path, ...Object.fromEntries(headers) }).toMatchObject({
      path,
      "cache-control": "no-store",
      "content-disposition": path === "/healthz" ? "inline" : 'attachment; filename="api.json"',
      "content-type": expect.stringMatching(/^application\/json/),
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  }
});

it("neither the log nor the tag {action} shows an OTP in the path", async () => {
  const { api, log } = await testServer();
  const admin = await asAdmin(api);
  const saved = await admin.call("POST", "/event", {
    name: "log",
    event: "token_getserial",
    handlermodule: "Logging",
    action: "logging",
    options: { message: "action={action}" },
  });
  expect(saved.status).toBe(200);
  await admin.call("GET", "/token/getserial/755224");
  expect(log()).toContain("action=/token/getserial/<otp>");
  expect(log()).not.toContain("755224");
});
