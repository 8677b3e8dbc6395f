/** The server that `pnpm bench:http` measures. It runs in its own process, and is controlled by messages. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BindingInput } from "@bookend/core";
import { loadSecrets, parseConfig } from "@bookend/reference-config";
import Fastify from "fastify";
import { startServer } from "../src/server/reference-server.js";
import { createLogger } from "../src/services/logger.js";
import { countStatements, type StatementCounts } from "./statement-counts.js";

/** A message to the server: the bindings for the next measurement. */
export interface Setting {
  readonly notMatching: number;
  readonly matching: "none" | "logging" | "five" | "counters";
}

/** The messages that the server sends. */
export type Told =
  | { readonly type: "ready"; readonly url: string; readonly bareUrl: string; readonly authorization: string }
  | { readonly type: "set" }
  | { readonly type: "counts"; readonly counts: StatementCounts };

const counts = countStatements();
const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-bench-"));
const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const pinHash = { memoryCost: number("PIN_MEMORY", 8), timeCost: number("PIN_PASSES", 1), parallelism: 1 };
const { BENCH_DATABASE: url } = process.env;
const config = parseConfig({
  dataDirectory,
  port: 0,
  rateLimit: { exempt: ["127.0.0.0/8"] },
  pinHash,
  ...(url !== undefined && { database: { kind: "postgres", url } }),
});
const logger = createLogger(config.log, { write: () => undefined });
const server = await startServer({ config, secrets: await loadSecrets(config), logger });
const bare = Fastify();
bare.post("/validate/check", async () => ({ result: { status: true, value: true } }));
const bareUrl = await bare.listen({ host: "127.0.0.1", port: 0 });

const { resolvers, realms, users, tokens, admins } = server.domain;
await resolvers.save("people", "sqlresolver", {});
await realms.save("corp", [{ name: "people" }]);
await users.add("people", { username: "bench" });
await tokens.init({ type: "spass", pin: "bench-pin" }, { login: "bench", realm: "corp" });
await admins.save("bench", { password: "bench-password" });
const login = await fetch(`${server.url}/auth`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ username: "bench", password: "bench-password" }),
});
const { result } = (await login.json()) as { result: { value: { token: string } } };

async function set({ notMatching, matching }: Setting): Promise<void> {
  const logging = { events: ["validate_check"], handler: "Logging", action: "logging", options: {} };
  const inputs: BindingInput[] = Array.from({ length: notMatching }, (_, index) => ({
    ...logging,
    name: `no match ${index}`,
    conditions: { realm: `realm${index}` },
  }));
  const logs = { none: 0, logging: 1, five: 5, counters: 0 }[matching];
  for (let index = 0; index < logs; index++) inputs.push({ ...logging, name: `match ${index}` });
  for (let index = 0; matching === "counters" && index < 10; index++) {
    const options = { counter_name: `bench ${index}` };
    inputs.push({ ...logging, name: `count ${index}`, handler: "Counter", action: "increase_counter", options });
  }
  await server.bookend.bindings.import(inputs, { mode: "replace" });
}

const tell = (told: Told) => process.send?.(told);

process.on("message", async (message: Setting | "counts" | "end") => {
  if (message === "counts") tell({ type: "counts", counts: { ...counts } });
  else if (message === "end") {
    await bare.close();
    await server.close();
    await rm(dataDirectory, { recursive: true, force: true });
    process.disconnect();
  } else {
    await set(message);
    tell({ type: "set" });
  }
});
tell({ type: "ready", url: server.url, bareUrl, authorization: result.value.token });
