import { expect, test, vi } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** All metrics of the documentation, except those about audit checkpoints, which `metrics.test.ts` checks. */
const promised = [
  "bookend_calls_total",
  "bookend_actions_total",
  "bookend_action_duration_seconds_count",
  "bookend_condition_unknown_total",
  "bookend_bindings",
  "bookend_bindings_broken",
  "bookend_plan_reload_seconds_count",
  "bookend_deliveries",
  "bookend_delivery_oldest_waiting_seconds",
  "bookend_delivery_queue_seconds_count",
  "bookend_delivery_attempts_total",
  "bookend_delivery_duration_seconds_count",
  "bookend_delivery_lease_lost_total",
  "bookend_destination_paused",
  "bookend_audit_append_seconds_count",
  "bookend_audit_failed_total",
];

test("a run in which a mail waits for its mail server sets each metric", async () => {
  const { api, url, bookend } = await testServer({ config: { metrics: { allow: ["127.0.0.0/8"] } } });
  const admin = await asAdmin(api);
  await api.call("POST", "/demo/smtp/stop");
  await bookend.bindings.add({
    name: "Checks a parameter that the call does not have",
    events: ["token_unassign"],
    handler: "Logging",
    action: "logging",
    conditions: { parameter: "amount > 1" },
    options: {},
  });
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  const scrape = async () => (await fetch(`${url}/metrics`)).text();
  const absent = (text: string) => promised.filter((name) => !new RegExp(`^${name}[ {]`, "m").test(text));
  await vi
    .waitUntil(async () => absent(await scrape()).length === 0, { timeout: 20_000, interval: 50 })
    .catch(() => {});
  expect(absent(await scrape())).toEqual([]);
});
