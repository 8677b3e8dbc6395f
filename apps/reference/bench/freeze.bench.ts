/**
 * How long another client waits while one request does its worst: `pnpm bench:freeze`. Sends requests that once froze the
 * server, and siblings of theirs, each to a server with 300 tokens of one user and 1,000 bindings, while a client in
 * another thread asks for something small all the time. Prints the worst delay of that client for each.
 *
 * Environment: `FREEZE_LIMIT_MS`, default 200: the script fails if a delay is longer. Measure on a quiet machine.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { BindingInput } from "@bookend/core";
import { parseConfig } from "../src/config/load-config.js";
import { loadSecrets } from "../src/config/secrets.js";
import { startServer } from "../src/server/reference-server.js";
import { createLogger } from "../src/services/logger.js";

const limitMs = Number(process.env.FREEZE_LIMIT_MS ?? 200);

/** The other client: one small request after another; tells the longest wait when it is asked. */
const otherClient = `
  const { parentPort, workerData: url } = require("node:worker_threads");
  let worst = 0;
  parentPort.on("message", () => { parentPort.postMessage(worst); worst = 0; });
  (async () => {
    for (;;) {
      const before = performance.now();
      await fetch(url).then((response) => response.text()).catch(() => undefined);
      worst = Math.max(worst, performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
`;

const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-freeze-"));
const config = parseConfig({ dataDirectory, port: 0, log: { level: "info" } });
const logger = createLogger(config.log, { write: () => undefined });
const server = await startServer({ config, secrets: await loadSecrets(config), logger });
const worker = new Worker(otherClient, { eval: true, workerData: `${server.url}/auth/rights` });

const worstDelay = async (): Promise<number> => {
  worker.postMessage("");
  const [worst] = (await once(worker, "message")) as [number];
  return worst;
};

const send = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
  const response = await fetch(server.url + path, { method, headers, ...(body !== undefined && { body }) });
  await response.arrayBuffer();
  return response.status;
};

try {
  const { admins, resolvers, realms, users, tokens } = server.domain;
  await admins.save("admin", { password: "secret" });
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await users.add("people", { username: "many" });
  const many = { login: "many", realm: "corp" };
  for (let n = 0; n < 300; n++) await tokens.init({ type: "hotp", serial: `H${n}`, genkey: "1", pin: `pin${n}` }, many);
  for (let n = 0; n < 300; n++) await tokens.set({ serial: `H${n}` }, { description: `${"d".repeat(990)}` });
  const logging = { handler: "Logging", action: "logging", options: {} };
  const inputs: BindingInput[] = Array.from({ length: 1_000 }, (_, n) => [
    { ...logging, name: `looks ${n}`, events: ["validate_check"], conditions: { tokentype: "totp" } },
    { ...logging, name: `runs ${n}`, events: ["token_list"] },
  ]).flat();
  await server.bookend.bindings.import(inputs);

  const login = await fetch(`${server.url}/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "secret" }),
  });
  const { result } = (await login.json()) as { result: { value: { token: string } } };
  const admin = { authorization: result.value.token };
  const json = { "content-type": "application/json" };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const multipart = { "content-type": "multipart/form-data; boundary=x" };
  const part = (name: string) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`;
  const binding = (fields: object) =>
    JSON.stringify({ name: "b", event: "token_init", handlermodule: "RequestMangler", position: "pre", ...fields });
  const large = `${"\\p{L}{0,999}".repeat(6)}!`;
  const asAdmin = (method: string, path: string, body?: object) => () =>
    send(method, path, body && JSON.stringify(body), { ...admin, ...json });

  const requests: Readonly<Record<string, () => Promise<unknown>>> = {
    "multipart, 19,000 fields of one name": () =>
      send("POST", "/validate/check", `${part("a").repeat(19_000)}--x--`, multipart),
    "form a&a&…, 120 KB, to POST /event": () => send("POST", "/event", "a&".repeat(60_000), { ...admin, ...form }),
    "10,000 serials and 1,000 token conditions": () =>
      send("POST", "/validate/check", JSON.stringify({ serial: "H1,".repeat(10_000), pass: "x" }), json),
    "tokeninfo timeShift 1e300, then a check": async () => {
      await asAdmin("POST", "/token/info/H1/timeShift", { value: "1e300" })();
      await send("POST", "/validate/check", JSON.stringify({ serial: "H1", pass: "pin1123456" }), json);
    },
    "tokeninfo timeStep 0.005, then a check": async () => {
      await asAdmin("POST", "/token/info/H2/timeStep", { value: "0.005" })();
      await send("POST", "/validate/check", JSON.stringify({ serial: "H2", pass: "pin2123456" }), json);
    },
    "900 KB description": asAdmin("POST", "/token/init", { type: "spass", description: "d".repeat(900_000) }),
    "search *ddd…x* in descriptions": asAdmin("GET", `/token/?description=*${"d".repeat(97)}x*`),
    "check of a user with 300 tokens": () =>
      send("POST", "/validate/check", JSON.stringify({ user: "many", realm: "corp", pass: "wrong123456" }), json),
    "RequestMangler with a large pattern": () =>
      send(
        "POST",
        "/event",
        binding({
          action: "set",
          options: { parameter: "a", value: "b", match_parameter: "a", match_pattern: large },
        }),
        { ...admin, ...json },
      ),
    "1,000 matching bindings, ten at once": () =>
      Promise.all(Array.from({ length: 10 }, asAdmin("GET", "/token/?pagesize=1"))),
    // siblings
    "multipart, 1,000 fields": () =>
      send(
        "POST",
        "/validate/check",
        `${Array.from({ length: 1_000 }, (_, n) => part(`a${n}`)).join("")}--x--`,
        multipart,
      ),
    "form, 250,000 fields": () => send("POST", "/validate/check", "a=1&".repeat(250_000), form),
    "JSON nested 100,000 deep": () =>
      send("POST", "/validate/check", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, json),
    "JSON with 100,000 fields": () =>
      send(
        "POST",
        "/validate/check",
        JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [n, 1]))),
        json,
      ),
    "search with 50 wildcards": asAdmin("GET", `/token/?description=${"*d".repeat(50)}*`),
    "search of users with 50 wildcards": asAdmin("GET", `/user/?username=${"*a".repeat(50)}*`),
    "audit log with 50 wildcards": asAdmin("GET", `/audit/?action=${"*a".repeat(50)}*`),
    "audit log as CSV": asAdmin("GET", "/audit/audit.csv"),
    "whose OTP is this, of 300 tokens": asAdmin("GET", "/token/getserial/123456"),
    "10,000 fields of tokeninfo": asAdmin("POST", "/token/init", {
      type: "spass",
      tokeninfo: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, "v"])),
    }),
    "condition with a pattern that multiplies": asAdmin("POST", "/event", {
      name: "c",
      event: "token_init",
      handlermodule: "Logging",
      action: "logging",
      position: "post",
      conditions: { serial: "(?:a{0,1000}b)".repeat(250) },
    }),
    "explain with 1,000 bindings": asAdmin("POST", "/event/explain", { event: "token_list" }),
  };

  let late = 0;
  await worstDelay();
  console.log(`worst delay of another client; limit ${limitMs} ms`);
  for (const [name, request] of Object.entries(requests)) {
    const started = performance.now();
    await request();
    const took = performance.now() - started;
    const worst = await worstDelay();
    if (worst > limitMs) late += 1;
    console.log(`${name.padEnd(44)} ${worst.toFixed(0).padStart(6)} ms   (took ${took.toFixed(0)} ms)`);
  }
  console.log(late === 0 ? "none was late" : `${late} were late`);
  process.exitCode = late === 0 ? 0 : 1;
} finally {
  await worker.terminate();
  await server.close();
  await rm(dataDirectory, { recursive: true, force: true });
}
