/**
 * Measures how long another client waits during the most expensive requests: `pnpm bench:freeze [NAME]`. Sends requests
 * that once froze the server, and similar ones, to a server with 300 tokens of one user and 1,000 bindings, while
 * another user continuously makes small requests. Each client has a separate thread, and bodies are created before they
 * are sent. Prints, for each attack, the worst delay of the other client in each round, and the longest time for which
 * the server's event loop stood still. The rows `(nothing)` show the delays that the machine itself causes; compare
 * rows only on a quiet machine.
 *
 * Environment: `FREEZE_LIMIT_MS`, default 200: the script fails if the median of the rounds is longer; `FREEZE_ROUNDS`,
 * default 3.
 */
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { BindingInput } from "@bookend/core";
import { loadSecrets, parseConfig } from "@bookend/reference-config";
import { type ReferenceServer, startServer } from "../src/server/reference-server.js";
import { createLogger } from "../src/services/logger.js";
import { type FreezeAttack, freezeAttacks } from "./freeze-requests.js";

const limitMs = Number(process.env.FREEZE_LIMIT_MS ?? 200);
const rounds = Number(process.env.FREEZE_ROUNDS ?? 3);
const wanted = process.argv[2] ?? "";

/**
 * The other client: sends one small request after another. When it receives a message, it reports the longest wait and
 * the statuses other than 200 since the last report.
 */
const otherClient = `
  const { parentPort, workerData: { url, authorization } } = require("node:worker_threads");
  let worst = 0;
  let odd = [];
  parentPort.on("message", () => { parentPort.postMessage({ worst, odd }); worst = 0; odd = []; });
  (async () => {
    for (;;) {
      const before = performance.now();
      const status = await fetch(url, { headers: { authorization } }).then(
        (response) => response.arrayBuffer().then(() => response.status),
        String,
      );
      worst = Math.max(worst, performance.now() - before);
      if (status !== 200) odd.push(status);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
`;

/** The attacker: sends the batches of an attack, and reports the statuses. Without batches, it waits for a second. */
const attacker = `
  const { parentPort, workerData: url } = require("node:worker_threads");
  parentPort.on("message", async (batches) => {
    const statuses = [];
    const send = async ({ path, ...request }) => {
      statuses.push(await fetch(url + path, request).then((response) => response.arrayBuffer().then(() => response.status), String));
    };
    for (const batch of batches) await Promise.all(batch.map(send));
    if (batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
    parentPort.postMessage(statuses);
  });
`;

const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-freeze-"));
await mkdir(join(dataDirectory, "passwd"));
const lines = Array.from(
  { length: 100_000 },
  (_, n) => `u${n}:x:${n}:${n}:Given Name ${n},,,+12025550101,u${n}@corp.example:/:/bin/sh`,
);
await writeFile(join(dataDirectory, "passwd", "users"), lines.join("\n"));
const config = parseConfig({
  dataDirectory,
  port: 0,
  log: { level: "info" },
  trustedProxies: ["127.0.0.1"],
  rateLimit: { exempt: ["127.0.0.1"] },
});
const logger = createLogger(config.log, { write: () => undefined });
const server = await startServer({ config, secrets: await loadSecrets(config), logger });

/** Stores the data that the attacks use. */
async function prepare({ domain, bookend }: ReferenceServer): Promise<void> {
  const { admins, resolvers, realms, users, tokens } = domain;
  await admins.save("admin", { password: "correct-horse" });
  for (const name of ["people", "large"]) await resolvers.save(name, "sqlresolver", {});
  await resolvers.save("file", "passwdresolver", { fileName: "users" });
  await realms.save("corp", [{ name: "people" }]);
  await realms.save("large", [{ name: "large" }]);
  await realms.save("file", [{ name: "file" }]);
  for (const username of ["many", "nopin"]) await users.add("people", { username });
  await users.add("people", { username: "alice", password: "alice-pass" });
  for (let n = 0; n < 20_000; n++) await users.add("large", { username: `l${n}` });
  const owned = (login: string) => ({ login, realm: "corp" });
  for (let n = 0; n < 300; n++) {
    await tokens.init({ type: "hotp", serial: `H${n}`, genkey: "1", pin: `pin${n}` }, owned("many"));
    await tokens.init({ type: "hotp", serial: `N${n}`, genkey: "1", hashlib: "sha512" }, owned("nopin"));
    await tokens.set({ serial: `H${n}` }, { description: "d".repeat(990) });
    await tokens.set({ serial: `N${n}` }, { countWindow: 1_000 });
  }
  const logging = { handler: "Logging", action: "logging", options: {} };
  const inputs: BindingInput[] = Array.from({ length: 1_000 }, (_, n) => [
    { ...logging, name: `looks ${n}`, events: ["validate_check"], conditions: { tokentype: "totp" } },
    { ...logging, name: `runs ${n}`, events: ["token_list"] },
  ]).flat();
  await bookend.bindings.import(inputs);
}

async function logIn(username: string, password: string): Promise<string> {
  const response = await fetch(`${server.url}/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const { result } = (await response.json()) as { result: { value: { token: string } } };
  return result.value.token;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const inMs = (values: readonly number[]) => values.map((value) => value.toFixed(0)).join(" ");

const workers: Worker[] = [];
try {
  await prepare(server);
  const authorization = await logIn("alice@corp", "alice-pass");
  const url = `${server.url}/user/attribute?key=email`;
  const client = new Worker(otherClient, { eval: true, workerData: { url, authorization } });
  const sender = new Worker(attacker, { eval: true, workerData: server.url });
  workers.push(client, sender);
  const ask = async (worker: Worker, message: unknown) => {
    worker.postMessage(message);
    const [reply] = await once(worker, "message");
    return reply as unknown;
  };
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const attack = async ({ batches }: FreezeAttack) => {
    await ask(client, "");
    loop.reset();
    const started = performance.now();
    const statuses = (await ask(sender, batches)) as readonly (number | string)[];
    const took = performance.now() - started;
    const stood = loop.max / 1e6;
    const { worst, odd } = (await ask(client, "")) as { readonly worst: number; readonly odd: readonly unknown[] };
    return { worst, stood, took, seen: [...new Set([...statuses, ...odd.map((status) => `client ${status}`)])] };
  };

  const late: string[] = [];
  console.log(
    `other client's worst delay in each of ${rounds} rounds; limit ${limitMs} ms | event loop stood still | took | statuses`,
  );
  for (const each of freezeAttacks(await logIn("admin", "correct-horse")).filter(({ name }) => name.includes(wanted))) {
    const seen = [];
    for (let round = 0; round < rounds; round++) seen.push(await attack(each));
    const delays = seen.map(({ worst }) => worst);
    if (median(delays) > limitMs) late.push(each.name);
    const columns = [
      `${median(delays) > limitMs ? "LATE " : ""}${inMs(delays)} ms`.padStart(22),
      `${inMs(seen.map(({ stood }) => stood))} ms`.padStart(20),
      `${inMs(seen.map(({ took }) => took))} ms`.padStart(24),
      [...new Set(seen.flatMap((one) => one.seen))].join(" "),
    ];
    console.log(`${each.name.padEnd(50)} ${columns.join(" | ")}`);
  }
  console.log(late.length === 0 ? "no request was late" : `late: ${late.join("; ")}`);
  process.exitCode = late.length === 0 ? 0 : 1;
} finally {
  await Promise.all(workers.map((worker) => worker.terminate()));
  await server.close();
  await rm(dataDirectory, { recursive: true, force: true });
}
