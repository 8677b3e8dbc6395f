import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { countStatements } from "../bench/statement-counts.js";
import { createLogger, loadSecrets, parseConfig, startServer } from "../src/index.js";

const counts = countStatements();

// measured: 0.3 with 10 clients and 0.2 with 50, including background work; more than 1 before calls shared commits
it("concurrent calls share commits: fewer than 0.75 per call with 10 clients, fewer than 0.5 with 50", async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-commits-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  const config = parseConfig({
    dataDirectory,
    port: 0,
    rateLimit: { exempt: ["127.0.0.0/8"] },
    pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
  });
  const logger = createLogger({ level: "silent" });
  const server = await startServer({ config, secrets: await loadSecrets(config), logger });
  onTestFinished(() => server.close());
  const { resolvers, realms, users, tokens } = server.domain;
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await users.add("people", { username: "bench" });
  await tokens.init({ type: "spass", pin: "bench-pin" }, { login: "bench", realm: "corp" });
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ user: "bench", pass: "bench-pin" });
  const check = async () => {
    const response = await fetch(`${server.url}/validate/check`, { method: "POST", headers, body });
    expect(await response.json()).toMatchObject({ result: { value: true } });
  };
  /** Makes 150 calls with this many clients at a time, and returns the number of commits per call. */
  const commitsPerCall = async (clients: number) => {
    const before = counts.commits;
    const client = async () => {
      for (let call = 0; call < 150 / clients; call++) await check();
    };
    await Promise.all(Array.from({ length: clients }, client));
    return (counts.commits - before) / 150;
  };
  expect(await commitsPerCall(10)).toBeLessThan(0.75);
  expect(await commitsPerCall(50)).toBeLessThan(0.5);
});
