// temporary, not committed: stretches of the event loop during imports, with functions

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Session } from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { loadSecrets, parseConfig } from "@bookend/reference-config";
import { startServer } from "../src/server/reference-server.js";
import { createLogger } from "../src/services/logger.js";
import { importedBindings } from "../test/imported-bindings.js";

const count = Number(process.argv[2] ?? 5000);
const kind = process.argv[3] ?? "rich";
const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-stretch-"));
const config = parseConfig({ dataDirectory, port: 0, log: { level: "info" }, rateLimit: { exempt: ["127.0.0.1"] } });
const server = await startServer({
  config,
  secrets: await loadSecrets(config),
  logger: createLogger(config.log, { write: () => undefined }),
});
await server.domain.admins.save("admin", { password: "secret" });
const sender = new Worker(
  `
  const { parentPort, workerData: url } = require("node:worker_threads");
  parentPort.on("message", async ([path, request]) => {
    const response = await fetch(url + path, request);
    parentPort.postMessage([response.status, (await response.text()).slice(0, 300)]);
  });`,
  { eval: true, workerData: server.url },
);
const ask = async (path: string, body: string, headers: object) => {
  sender.postMessage([path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body }]);
  const [reply] = await once(sender, "message");
  return reply as [number, string];
};
const [, text] = await new Promise<[number, string]>((resolve) => {
  sender.once("message", resolve as never);
  sender.postMessage([
    "/auth",
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "admin", password: "secret" }),
    },
  ]);
});
const authorization = /"token":"([^"]+)"/.exec(text)?.[1] ?? "";
const plain = (prefix: string) =>
  Array.from({ length: count }, (_, n) => ({
    name: `${prefix}${n}`,
    event: "token_init",
    position: "post",
    handlermodule: "Logging",
    action: "logging",
  }));
const bad = (prefix: string) =>
  Array.from({ length: count }, (_, n) => ({
    name: `${prefix}${n}`,
    event: "x1,x2,x3,x4,x5,x6,x7,x8,x9",
    position: "post",
    handlermodule: "Logging",
    action: "logging",
    options: { a: 1, b: 2, c: 3 },
    conditions: { nope: 1, noper: 2 },
  }));
const make = (prefix: string) =>
  JSON.stringify(kind === "rich" ? importedBindings(count, prefix) : kind === "bad" ? bad(prefix) : plain(prefix));

const session = new Session();
session.connect();
const post = (method: string, parameters: object = {}) =>
  new Promise<any>((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))),
  );
await post("Profiler.enable");
await post("Profiler.setSamplingInterval", { interval: 500 });

for (const [mode, prefix] of [
  ["add", "a"],
  ["merge", "a"],
  ["replace", "b"],
  ["replace", "b"],
] as const) {
  const body = make(prefix);
  const gaps: [number, number][] = [];
  let on = true;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    if (now - last > 12) gaps.push([last, now]);
    last = performance.now();
    if (on) setImmediate(beat);
  };
  await post("Profiler.start");
  const base = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;
  last = performance.now();
  setImmediate(beat);
  const started = performance.now();
  const [status, answer] = await ask(`/event/import?mode=${mode}`, body, { authorization });
  const took = performance.now() - started;
  on = false;
  const { profile } = await post("Profiler.stop");
  const nodes = new Map<number, any>(profile.nodes.map((node: any) => [node.id, node]));
  const parent = new Map<number, number>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parent.set(child, node.id);
  const nameOf = (node: any) =>
    `${node.callFrame.functionName || "(anon)"}@${node.callFrame.url.split("/").slice(-3).join("/")}:${node.callFrame.lineNumber + 1}`;
  console.log(
    `\n## ${kind} ${mode}: ${status} ${took.toFixed(0)} ms, body ${(body.length / 1e6).toFixed(2)} MB, ${gaps.length} gaps > 12 ms${status === 200 ? "" : answer}`,
  );
  let time = profile.startTime;
  const times: number[] = profile.timeDeltas.map((delta: number) => (time += delta));
  for (const [from, to] of gaps.sort((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, 8)) {
    const [start, end] = [base + from * 1000, base + to * 1000];
    const totals = new Map<string, number>();
    profile.samples.forEach((id: number, index: number) => {
      const at = times[index] as number;
      if (at < start || at > end) return;
      const seen = new Set<string>();
      for (let each: number | undefined = id; each !== undefined; each = parent.get(each))
        seen.add(nameOf(nodes.get(each)));
      for (const name of seen) totals.set(name, (totals.get(name) ?? 0) + (profile.timeDeltas[index] as number) / 1000);
    });
    const top = [...totals]
      .filter(([name]) => !name.startsWith("(root)"))
      .sort((a, b) => b[1] - a[1])
      .slice(0, 9);
    console.log(
      `  ${(to - from).toFixed(1)} ms at ${(from - started).toFixed(0)}: ${top.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(" | ")}`,
    );
  }
}
await sender.terminate();
await server.close();
await rm(dataDirectory, { recursive: true, force: true });
process.exit(0);
