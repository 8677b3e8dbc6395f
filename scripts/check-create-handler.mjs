// Tests `npm create @bookend/handler` from a user's perspective: publishes the packages to a registry on loopback,
// creates a handler in an empty directory, installs and tests it there, then packs it, installs it next to the
// reference app, loads it through configuration, lists it, and runs it.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, freePort, listening, npm, publish, startRegistry } from "./registry.mjs";
import { root } from "./run.mjs";
import { tarballOf } from "./tarballs.mjs";

/** The packages that creating a handler, and the new handler itself, need. */
const published = ["core", "zod", "conformance", "create-handler"];

/** Maximum milliseconds for installing and testing a new handler. It takes a minute on an idle machine. */
const patienceMs = 180_000;

/** Arguments of Node.js for a command of the reference app. */
const cli = ["--conditions=@bookend/source", "--import=tsx", join(root, "apps/reference/src/cli/main.ts")];

const work = mkdtempSync(join(tmpdir(), "bookend-create-"));
const stops = [];
let failure;
try {
  await main();
} catch (error) {
  failure = error;
} finally {
  for (const stop of stops) stop();
  rmSync(work, { recursive: true, force: true });
}
if (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exit(1);
}

async function main() {
  const registry = await startRegistry(work);
  stops.push(registry.stop);
  for (const folder of published) publish(tarballOf(folder), work, registry);
  const empty = join(work, "empty");
  mkdirSync(empty);
  const started = Date.now();
  npm(["create", "@bookend/handler", "--yes", "--", "slack", "--package=acme-bookend-handler-slack"], empty, registry);
  const created = join(empty, "acme-bookend-handler-slack");
  npm(["install", "--no-audit", "--no-fund", "--prefer-offline"], created, registry);
  console.log(`installed after ${Date.now() - started} ms`);
  npm(["test"], created, registry);
  followTutorial(created);
  const took = Date.now() - started;
  console.log(`created, installed and tested in ${took} ms`);
  const refused = spawnSync(
    "npm",
    ["create", "@bookend/handler", "--yes", "--", "slack", "--package=acme-bookend-handler-slack"],
    {
      cwd: empty,
      env: environment(registry),
      encoding: "utf8",
    },
  );
  if (refused.status === 0 || !refused.stderr.includes("is not empty")) {
    throw new Error(`a second creation must be refused, but printed: ${refused.stderr}`);
  }
  const packed = npm(["pack", "--json", "--pack-destination", work], created, registry);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("[\n")));
  await inReferenceApp(join(work, filename), registry);
  if (took > patienceMs) throw new Error(`the new handler took ${took} ms. Allowed: ${patienceMs} ms.`);
}

/** Loads the package with the configuration that the tutorial for authors shows. */
function followTutorial(created) {
  const page = "docs/tutorials/handler-author.md";
  const [, shown] = readFileSync(join(root, page), "utf8").match(/```yaml\n([\s\S]*?)```/) ?? [];
  const path = "../bookend-handler-slack";
  if (!shown?.includes(path)) throw new Error(`${page}: no configuration has ${path}`);
  const directory = join(work, "tutorial");
  mkdirSync(directory);
  const file = join(directory, "bookend.yaml");
  writeFileSync(file, shown.replace(path, created));
  const listed = runCli(["handlers", "--config", file], { SLACK_TOKEN: "a-token" });
  if (!/^Slack /m.test(listed)) throw new Error(`${page}: handlers lists: ${listed}`);
}

/** Runs a command of the reference app, and returns its output. */
function runCli(args, variables, input) {
  const env = { ...process.env, ...variables };
  return execFileSync(process.execPath, [...cli, ...args], { cwd: root, env, input, encoding: "utf8" });
}

/** Installs the package next to a configuration, and makes a call to which its action is bound. */
async function inReferenceApp(tarball, registry) {
  const directory = join(work, "server");
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "server", private: true }));
  npm(["install", tarball, "--no-audit", "--no-fund", "--prefer-offline"], directory, registry);
  const received = [];
  const peer = (await import("node:http")).createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push(body);
      response.end();
    });
  });
  const peerPort = await listening(peer);
  stops.push(() => peer.close());
  const options = { url: `http://127.0.0.1:${peerPort}/`, token: { env: "KIT_TOKEN" } };
  const port = await freePort();
  const file = join(directory, "bookend.json");
  const handlers = [{ package: "acme-bookend-handler-slack", options }];
  writeFileSync(file, JSON.stringify({ dataDirectory: "data", port, handlers }));
  const variables = { KIT_TOKEN: "kit-token" };
  const run = (args, input) => runCli(args, variables, input);
  run(["serve", "--config", file, "--check"]);
  const listed = run(["handlers", "--config", file]);
  if (!/^Slack +acme-bookend-handler-slack +0\.0\.0 +\//m.test(listed)) throw new Error(`handlers lists: ${listed}`);
  run(["admin", "add", "admin", "--config", file], "kit-password-1\n");
  const server = spawn(process.execPath, [...cli, "serve", "--config", file], {
    cwd: root,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  stops.push(() => server.kill("SIGKILL"));
  await ready(server);
  const url = `http://127.0.0.1:${port}`;
  const call = async (path, { token, ...init } = {}) => {
    const response = await fetch(url + path, {
      ...init,
      headers: { "content-type": "application/json", ...(token && { authorization: token }) },
      signal: AbortSignal.timeout(10_000),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`${path} responded with status ${response.status}: ${JSON.stringify(body)}`);
    return body.result.value;
  };
  const post = (path, body, token) => call(path, { method: "POST", body: JSON.stringify(body), token });
  const { token } = await post("/auth", { username: "admin", password: "kit-password-1" });
  const modules = await call("/event/handlermodules", { token });
  if (!modules.includes("Slack")) throw new Error(`/event/handlermodules lists ${modules}`);
  const form = await call("/event/actions/Slack", { token });
  if (!form.send_message?.text) throw new Error(`the form of Slack has ${JSON.stringify(form)}`);
  await post(
    "/event",
    {
      name: "notify",
      event: ["token_init"],
      handlermodule: "Slack",
      action: "send_message",
      position: "post",
      ordering: 0,
      conditions: {},
      "option.text": "a token by {admin}",
    },
    token,
  );
  await post("/token/init", { type: "hotp", genkey: 1 }, token);
  if (received.length !== 1 || !JSON.parse(received[0]).text.startsWith("a token by admin")) {
    throw new Error(`the receiver received ${JSON.stringify(received)}`);
  }
  console.log("loaded by configuration, listed, in the form, and run");
}

function ready(server) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the reference app did not start")), 60_000);
    let printed = "";
    server.stdout.on("data", (chunk) => {
      printed += chunk;
      if (!printed.includes(" ready at ")) return;
      clearTimeout(timer);
      resolve();
    });
    server.on("exit", (code) => reject(new Error(`the reference app ended with code ${code}: ${printed}`)));
  });
}
