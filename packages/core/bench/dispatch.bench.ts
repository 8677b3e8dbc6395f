// `pnpm bench`: compares the dispatcher with other hook and rule libraries in one process; prints times and ratios.

import { setImmediate } from "node:timers/promises";
import type { Bookend } from "@bookend/core";
import Emittery from "emittery";
import { createHooks } from "hookable";
import { Engine } from "json-rules-engine";
import { measure } from "mitata";
import { AsyncSeriesHook } from "tapable";
import { aliceCall, bookendWith, noopBinding } from "./hosts.js";

const response = { status: 200, body: { result: { status: true, value: true, authentication: "ACCEPT" } } };
const next = () => response;
const nextLater = async () => response;

interface Row {
  readonly name: string;
  readonly ns: number;
}

const rows: Row[] = [];

async function time(name: string, fn: () => unknown): Promise<number> {
  // each benchmark is warmed up first, so that their order does not matter
  await measure(fn, { min_cpu_time: 50e6 });
  const { p50 } = await measure(fn, { min_cpu_time: 400e6 });
  rows.push({ name, ns: p50 });
  return p50;
}

function handling(bookend: Bookend, api: typeof next | typeof nextLater = next, event?: string): () => unknown {
  const call = aliceCall(event);
  return () => bookend.handle(call, api);
}

const many = Array.from({ length: 10_000 }, (_, i) => ({
  ...noopBinding({ realm: `realm${i}`, tokentype: "hotp,totp" }),
  ordering: i % 100,
}));
const loadTimes: number[] = [];
for (let i = 0; i < 5; i++) {
  const started = performance.now();
  (await bookendWith(many)).close();
  loadTimes.push(performance.now() - started);
}
const loadMs = loadTimes.sort((a, b) => a - b)[2] as number;

/** Returns the bytes on the heap after garbage collection. */
async function heapUsed(): Promise<number> {
  const { gc } = globalThis;
  if (!gc) throw new Error("run with --expose-gc");
  for (let i = 0; i < 3; i++) {
    gc();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed;
}
const before = await heapUsed();
const kept = await bookendWith(many);
const bytesPerBinding = ((await heapUsed()) - before) / many.length;
kept.close();

const call = aliceCall();
const bareTime = await time("bare function", () => next());
const bareLater = await time("bare async function", async () => await nextLater());
const none = await bookendWith([noopBinding({})]);
const noBinding = await time("bookend, no binding on the event", handling(none, next, "other"));
const otherCall = aliceCall("other");
const noBindingLater = await time("bookend, no binding on the event, async API", async () => {
  await none.handle(otherCall, nextLater);
});

const hooks = createHooks<{ post: (event: object) => void | Promise<void> }>();
hooks.hook("post", () => undefined);
const hookable = await time("hookable, one hook", async () => {
  next();
  await hooks.callHook("post", call);
});
const series = new AsyncSeriesHook<[object]>(["call"]);
series.tapPromise("one", async () => undefined);
await time("tapable AsyncSeriesHook, one tap", async () => {
  next();
  await series.promise(call);
});
const emitter = new Emittery<{ post: object }>();
emitter.on("post", () => undefined);
await time("emittery, one listener", async () => {
  next();
  await emitter.emit("post", call);
});
const engine = new Engine();
engine.addRule({
  conditions: { all: [{ fact: "realm", operator: "in", value: ["other"] }] },
  event: { type: "notify" },
});
await time("json-rules-engine, one rule that does not match", async () => {
  next();
  await engine.run({ realm: "realm0" });
});

const notMatching: Record<string, unknown>[] = [
  { logged_in_user: "admin" },
  { client_ip: "192.168.0.0/16" },
  { realm: "other" },
  { result_authentication: "REJECT" },
];
const oneCondition: number[] = [];
for (const conditions of notMatching) {
  const [condition] = Object.keys(conditions);
  oneCondition.push(
    await time(
      `bookend, one binding, ${condition} not fulfilled`,
      handling(await bookendWith([noopBinding(conditions)])),
    ),
  );
}

const byRealm = new Map<number, number>();
const byInfo = new Map<number, number>();
for (const count of [10, 1_000, 10_000, 100_000]) {
  const realms = Array.from({ length: count }, (_, i) => noopBinding({ realm: `realm${i + 1}` }));
  byRealm.set(
    count,
    await time(`bookend, ${count} bindings, each for a different realm`, handling(await bookendWith(realms))),
  );
}
for (const count of [10, 1_000, 10_000]) {
  const infos = Array.from({ length: count }, (_, i) => noopBinding({ tokeninfo: `count_auth > ${i + 10}` }));
  byInfo.set(
    count,
    await time(`bookend, ${count} bindings, each for a different tokeninfo`, handling(await bookendWith(infos))),
  );
}
const byField: number[] = [];
const fields: Readonly<Record<string, (value: number) => string>> = {
  parameter: (value) => `amount == ${value}`,
  response: (value) => `result.value == ${value}`,
  header: (value) => `x-amount == ${value}`,
  tokeninfo: (value) => `count_auth == ${value}`,
};
for (const [condition, wanted] of Object.entries(fields)) {
  const times: number[] = [];
  for (const count of [10, 10_000]) {
    const bindings = Array.from({ length: count }, (_, i) => noopBinding({ [condition]: wanted(i + 10) }));
    const bookend = await bookendWith(bindings);
    times.push(await time(`bookend, ${count} bindings, each for a different ${condition}`, handling(bookend)));
  }
  const [few = 0, all = 0] = times;
  byField.push(all / few);
}
await time("bookend, one matching no-op action", handling(await bookendWith([noopBinding({})])));
await time(
  "bookend, one matching no-op action among 10,000 realms",
  handling(await bookendWith(Array.from({ length: 10_000 }, (_, i) => noopBinding({ realm: `realm${i}` })))),
);

const width = Math.max(...rows.map((row) => row.name.length));
console.log(`${"".padEnd(width)}  ${"p50".padStart(12)}  ${"to hookable".padStart(12)}`);
for (const { name, ns } of rows) {
  console.log(
    `${name.padEnd(width)}  ${`${ns.toFixed(1)} ns`.padStart(12)}  ${`${(ns / hookable).toFixed(2)}×`.padStart(12)}`,
  );
}
const figure = (name: string, value: string, wanted: string, reached: boolean) =>
  console.log(`${reached ? "reached    " : "NOT reached"}  ${name}: ${value} (wanted: ${wanted})`);
const overhead = Math.max(noBinding - bareTime, noBindingLater - bareLater);
const worst = Math.max(...oneCondition);
const flatness = (byRealm.get(10_000) as number) / (byRealm.get(10) as number);
console.log("");
figure(
  "no binding on the event, relative to the bare function",
  `${overhead.toFixed(1)} ns`,
  "< 100 ns",
  overhead < 100,
);
figure(
  "one condition that is not fulfilled, relative to hookable's one hook",
  `${(worst / hookable).toFixed(2)}×`,
  "< 1×",
  worst < hookable,
);
figure("10,000 realms, relative to 10", `${flatness.toFixed(2)}×`, "< 2×", flatness < 2);
const worstField = Math.max(...byField);
figure("10,000 values of one field, relative to 10", `${worstField.toFixed(2)}×`, "< 2×", worstField < 2);
figure(
  "memory per binding (two conditions, including its stored form)",
  `${Math.round(bytesPerBinding)} bytes`,
  "< 2048",
  bytesPerBinding < 2048,
);
figure("loading 10,000 bindings", `${loadMs.toFixed(0)} ms`, "< 1000 ms", loadMs < 1000);
