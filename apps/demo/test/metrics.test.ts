import { expect, test } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

test("GET /metrics returns the metrics of a call with an action, and nothing about its user", async () => {
  const { api, url } = await testServer({ config: { metrics: { allow: ["127.0.0.0/8"] } } });
  const admin = await asAdmin(api);
  await admin.call("POST", "/token/init", { type: "registration", user: "alice" });
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  expect(text).toMatch(/^bookend_calls_total\{event="token_init"\} 1$/m);
  expect(text).toMatch(/^bookend_actions_total\{handler="UserNotification",action="sendmail",outcome="\w+"\} 1$/m);
  expect(text).toMatch(/^bookend_bindings\{active="true"\} [1-9]/m);
  expect(text).toMatch(/^bookend_audit_append_seconds_count [1-9]/m);
  expect(text).toMatch(/^bookend_audit_last_checkpoint_age_seconds \d/m);
  expect(text).toMatch(/^bookend_audit_uncovered_entries \d+$/m);
  expect(text).toMatch(/^bookend_deliveries\{state="waiting"\} \d/m);
  expect(text).toMatch(
    /^bookend_delivery_attempts_total\{kind="UserNotification\/mail",outcome="sent",status_class=""\} 1$/m,
  );
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).not.toMatch(/alice|office/);
});

test("GET /metrics accepts allowed peers other than proxies, or the token", async () => {
  const metrics = { allow: ["127.0.0.1"], token: "a-token-for-prometheus" };
  const { url } = await testServer({ config: { metrics } });
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/metrics`, { headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ "x-forwarded-for": "127.0.0.1" })).toBe(401);
  expect(await status({ forwarded: "for=127.0.0.1" })).toBe(401);
  for (const name of [
    "Via",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Real-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
  ]) {
    expect([name, await status({ [name]: "127.0.0.1" })]).toEqual([name, 401]);
  }
  expect(await status({ "x-forwarded-for": "10.0.0.1", authorization: "Bearer a-token-for-prometheus" })).toBe(200);
  expect(await status({ "x-forwarded-for": "10.0.0.1", authorization: "Bearer another" })).toBe(401);
});

test("peers that are not allowed are refused, and without a configuration the route does not exist", async () => {
  const elsewhere = await testServer({ config: { metrics: { allow: ["10.0.0.0/8", "fd00::/8"] } } });
  expect((await fetch(`${elsewhere.url}/metrics`)).status).toBe(401);
  const without = await testServer();
  expect((await fetch(`${without.url}/metrics`)).status).toBe(404);
});
