import { tracingChannel } from "node:diagnostics_channel";
import {
  AbortCall,
  type Bookend,
  createBookend,
  createCall,
  defineHandler,
  failed,
  memoryBindings,
  skipped,
} from "@bookend/core";
import { Counter, Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BookendMetrics, bookendMetrics, type MetricsOptions, type ReadCheckpoint } from "../src/index.js";

const options = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
const schema = { options, optionsJsonSchema: {} };
const now = new Date("2026-01-01T00:10:00Z");

const handler = defineHandler({
  id: "Test",
  description: "Ends in any of the possible ways.",
  positions: ["post"],
  actions: {
    done: { ...schema, description: "Ends well.", run: () => undefined },
    failed: { ...schema, description: "Fails.", run: () => failed("there is no suitable object") },
    skipped: { ...schema, description: "Skips.", run: () => skipped("nothing to do") },
    fault: {
      ...schema,
      description: "Throws.",
      run: () => {
        throw new Error("broken");
      },
    },
    abort: {
      ...schema,
      description: "Aborts.",
      run: () => {
        throw new AbortCall("no");
      },
    },
    "daily:backup.sh": { ...schema, description: "Has a colon in its name.", run: () => undefined },
    late: { ...schema, description: "Never ends.", timeoutMs: 5, run: () => new Promise<undefined>(() => undefined) },
  },
});

let registry: Registry;
let metrics: BookendMetrics | undefined;
let bookend: Bookend | undefined;

beforeEach(() => {
  registry = new Registry();
});

afterEach(() => {
  bookend?.close();
  metrics?.close();
  bookend = undefined;
  metrics = undefined;
});

function start(more: Partial<MetricsOptions> = {}, sinkFails = () => false): Bookend {
  metrics = bookendMetrics({ registry, clock: () => now, ...more });
  const silent = () => undefined;
  const write = async () => {
    if (sinkFails()) throw new Error("disk full");
  };
  bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    audit: { begin: async () => ({ success: write, failure: write }) },
  });
  return bookend;
}

/** Returns the samples of a scrape by series, e.g. `bookend_calls_total{event="e"}`. */
async function scrape(): Promise<Readonly<Record<string, number>>> {
  const lines = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

const call = (event = "e") => createCall({ event, request: { clientIp: "10.0.0.1" } });
const respond = () => ({ status: 200, body: {} });

test("actions are counted by outcome and timed", async () => {
  const { bindings, handle } = start();
  for (const action of ["done", "failed", "skipped", "fault", "daily:backup.sh", "late", "abort"]) {
    await bindings.add({ name: action, events: ["e"], handler: "Test", action });
  }
  await Promise.resolve(handle(call(), respond)).catch(() => undefined);
  const samples = await scrape();
  const count = (action: string, outcome: string) =>
    samples[`bookend_actions_total{handler="Test",action="${action}",outcome="${outcome}"}`];
  expect(count("done", "done")).toBe(1);
  expect(count("failed", "failed")).toBe(1);
  expect(count("skipped", "skipped")).toBe(1);
  expect(count("fault", "fault")).toBe(1);
  expect(count("daily:backup.sh", "done")).toBe(1);
  expect(count("late", "fault")).toBe(1);
  expect(count("abort", "aborted")).toBe(1);
  expect(samples['bookend_action_duration_seconds_count{handler="Test",action="late"}']).toBe(1);
  expect(samples['bookend_action_duration_seconds_sum{handler="Test",action="late"}']).toBeGreaterThan(0.004);
  expect(samples['bookend_calls_total{event="e"}']).toBe(1);
});

test("active bindings are counted until their Bookend is closed", async () => {
  const { bindings, close } = start();
  await bindings.add({ name: "a", events: ["e"], handler: "Test", action: "done" });
  await bindings.add({ name: "b", events: ["e"], handler: "Test", action: "done", active: false });
  const samples = await scrape();
  expect(samples['bookend_bindings{active="true"}']).toBe(1);
  expect(samples['bookend_bindings{active="false"}']).toBe(1);
  expect(samples.bookend_bindings_broken).toBe(0);
  expect(samples.bookend_plan_reload_seconds_count).toBeGreaterThanOrEqual(2);
  close();
  expect((await scrape())['bookend_bindings{active="true"}']).toBe(0);
});

test("unknown conditions are counted by name, and no label contains a value of the call", async () => {
  const { bindings, handle } = start();
  const conditions = { detail_message: "hello" };
  await bindings.add({ name: "of Alice", events: ["e"], handler: "Test", action: "done", conditions });
  await handle(
    createCall({
      event: "e",
      request: { clientIp: "10.0.0.1", parameters: { serial: "TOTP0001" }, user: { login: "alice", realm: "office" } },
    }),
    respond,
  );
  expect((await scrape())['bookend_condition_unknown_total{condition="detail_message"}']).toBe(1);
  expect(await registry.metrics()).not.toMatch(/alice|office|TOTP0001|Alice|10\.0\.0\.1/);
});

test("writes to the audit log are timed, and those that fail are counted", async () => {
  let fails = false;
  const lastCheckpoint = () => ({ madeAt: new Date(now.getTime() - 30_000), uncovered: 7 });
  const { bindings, handle } = start({ lastCheckpoint }, () => fails);
  await bindings.add({ name: "a", events: ["e"], handler: "Test", action: "done" });
  await handle(call(), respond);
  fails = true;
  await handle(call(), respond);
  const samples = await scrape();
  expect(samples.bookend_audit_append_seconds_count).toBe(3);
  expect(samples.bookend_audit_failed_total).toBe(1);
  expect(samples.bookend_audit_last_checkpoint_age_seconds).toBe(30);
  expect(samples.bookend_audit_uncovered_entries).toBe(7);
});

test("without a checkpoint, or while it cannot be read, its age has no value", async () => {
  let read: ReadCheckpoint = () => undefined;
  start({ lastCheckpoint: () => read() });
  expect(Object.keys(await scrape()).filter((name) => /checkpoint|uncovered/.test(name))).toEqual([]);
  read = () => {
    throw new Error("away");
  };
  expect(Object.keys(await scrape()).filter((name) => /checkpoint|uncovered/.test(name))).toEqual([]);
});

test("waiting deliveries are read on each scrape, and destinations beyond the limit share a series", async () => {
  let away = false;
  const due = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  let readings = 0;
  const outbox = {
    async counts() {
      if (away) throw new Error("away");
      return { waiting: 3, dead: 1 };
    },
    async destinations(_filter: object, { cursor }: { readonly cursor?: string | undefined }) {
      readings += 1;
      if (away) throw new Error("away");
      const pages = [
        [
          { name: "smtp:office", state: "paused", oldestWaiting: due(90) },
          { name: "https://a.example", state: "open" },
        ],
        [
          { name: "https://b.example", state: "disabled", oldestWaiting: due(40) },
          { name: "https://c.example", state: "paused", oldestWaiting: due(20) },
        ],
      ] as const;
      return cursor === undefined
        ? { destinations: pages[0], next: "https://a.example" }
        : { destinations: cursor === "https://a.example" ? pages[1] : [] };
    },
  };
  start({ outbox, maxDestinations: 2 });
  const samples = await scrape();
  // the two metrics of destinations share one reading of both pages
  expect(readings).toBe(2);
  expect(samples['bookend_deliveries{state="waiting"}']).toBe(3);
  const oldest = (name: string) => samples[`bookend_delivery_oldest_waiting_seconds{destination="${name}"}`];
  expect([oldest("smtp:office"), oldest("https://a.example"), oldest("other")]).toEqual([90, 0, 40]);
  const paused = (name: string) => samples[`bookend_destination_paused{destination="${name}"}`];
  expect([paused("smtp:office"), paused("https://a.example"), paused("other")]).toEqual([1, 0, 2]);
  away = true;
  const later = await scrape();
  expect(Object.keys(later).filter((name) => /deliveries|destination/.test(name))).toEqual([]);
  expect(later.bookend_audit_failed_total).toBe(0);
});

test("attempts to send are counted and timed", async () => {
  start();
  const channel = tracingChannel("bookend.delivery");
  const attempt = (more: object) => ({ delivery: { kind: "Webhook/post" }, attempt: 1, queuedMs: 2_000, ...more });
  await channel.tracePromise(async () => undefined, attempt({ outcome: "sent", statusClass: "2xx" }));
  await channel
    .tracePromise(async () => Promise.reject(new Error("connection lost")), attempt({}))
    .catch(() => undefined);
  // without `queuedMs`, since it is sent during its call
  const inline = { delivery: { kind: "UserNotification/mail" }, attempt: 1, outcome: "sent" };
  await channel.tracePromise(async () => undefined, inline);
  const samples = await scrape();
  const tries = (outcome: string, status: string) =>
    samples[`bookend_delivery_attempts_total{kind="Webhook/post",outcome="${outcome}",status_class="${status}"}`];
  expect([tries("sent", "2xx"), tries("uncertain", "")]).toEqual([1, 1]);
  expect(samples['bookend_delivery_queue_seconds_bucket{le="1"}']).toBe(0);
  expect(samples['bookend_delivery_queue_seconds_bucket{le="5"}']).toBe(2);
  expect(samples['bookend_delivery_duration_seconds_count{kind="Webhook/post"}']).toBe(2);
});

test("close removes only the metrics that it registered", async () => {
  new Counter({ name: "bookend_of_somebody_else", help: "-", registers: [registry] });
  bookendMetrics({ registry }).close();
  new Counter({ name: "bookend_later", help: "-", registers: [registry] });
  expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(["bookend_of_somebody_else", "bookend_later"]);
  metrics = bookendMetrics({ registry });
});

test("registering twice in the same registry is refused and changes nothing", async () => {
  start();
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  expect(() => bookendMetrics({ registry })).toThrow(/already been registered/);
  expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(names);
  expect(() => bookendMetrics({ registry: new Registry(), maxDestinations: 0 })).toThrow(
    "maxDestinations: 0 is not valid. Allowed: an integer from 1 to 1000.",
  );
});
