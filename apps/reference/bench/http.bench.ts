/**
 * Requests per second of `POST /validate/check` over HTTP, as ratios of one run: `pnpm bench:http`.
 *
 * Environment: `PIN_MEMORY` (KiB), `PIN_PASSES`: cost of a PIN's hash, by default as small as argon2 allows, so that the
 * server is measured and not the hash; `BENCH_SECONDS` for each case, default 5; `BENCH_ROUNDS`, default 3.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BindingInput } from "@bookend/core";
import { loadSecrets, parseConfig } from "@bookend/reference-config";
import autocannon from "autocannon";
import { type ReferenceServer, startServer } from "../src/server/reference-server.js";
import { createLogger } from "../src/services/logger.js";

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const seconds = number("BENCH_SECONDS", 5);
const rounds = number("BENCH_ROUNDS", 3);
const pinHash = { memoryCost: number("PIN_MEMORY", 8), timeCost: number("PIN_PASSES", 1), parallelism: 1 };

/** The cases: bindings of `validate_check` that do not match, each of a realm of its own, and one that does. */
const cases = [
  { name: "no binding", notMatching: 0, matching: false },
  { name: "10 that do not match", notMatching: 10, matching: false },
  { name: "1,000 that do not match", notMatching: 1000, matching: false },
  { name: "one that logs", notMatching: 0, matching: true },
] as const;

async function setBindings({ bookend }: ReferenceServer, notMatching: number, matching: boolean) {
  const logging = { events: ["validate_check"], handler: "Logging", action: "logging", options: {} };
  const inputs: BindingInput[] = Array.from({ length: notMatching }, (_, index) => ({
    ...logging,
    name: `no match ${index}`,
    conditions: { realm: `realm${index}` },
  }));
  if (matching) inputs.push({ ...logging, name: "match" });
  await bookend.bindings.import(inputs, { mode: "replace" });
}

async function measure(url: string): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({
    url: `${url}/validate/check`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user: "bench", pass: "bench-pin" }),
    connections: 10,
    duration: seconds,
  });
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} answers were not successful, ${errors} requests failed`);
  return requests.average;
}

const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-bench-"));
const config = parseConfig({
  dataDirectory,
  port: 0,
  rateLimit: { exempt: ["127.0.0.0/8"] },
  pinHash,
  log: { level: "info" },
});
const logger = createLogger(config.log, { write: () => undefined });
const server = await startServer({ config, secrets: await loadSecrets(config), logger });
try {
  const { resolvers, realms, users, tokens } = server.domain;
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await users.add("people", { username: "bench" });
  await tokens.init({ type: "spass", pin: "bench-pin" }, { login: "bench", realm: "corp" });

  const found = new Map<string, number[]>();
  // round after round: what else the machine does then falls on all cases
  for (let round = -1; round < rounds; round++) {
    for (const { name, notMatching, matching } of cases) {
      await setBindings(server, notMatching, matching);
      const rate = await measure(server.url);
      if (round >= 0) found.set(name, [...(found.get(name) ?? []), rate]);
    }
  }
  const median = (rates: readonly number[]) => [...rates].sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
  const base = median(found.get(cases[0].name) ?? []);
  console.log(
    `POST /validate/check, spass token, argon2id ${pinHash.memoryCost} KiB × ${pinHash.timeCost}, median of ${rounds} × ${seconds} s`,
  );
  for (const [name, rates] of found) {
    const rate = median(rates);
    console.log(`${name.padEnd(26)} ${rate.toFixed(0).padStart(6)} requests/s  ${(rate / base).toFixed(2)}`);
  }
} finally {
  await server.close();
  await rm(dataDirectory, { recursive: true, force: true });
}
