/**
 * Measures the logins per second of one process and of two: `pnpm bench:workers`, after a build. On PostgreSQL, `serve`
 * and `serve --workers 2` take turns; on SQLite, one server and two servers that share the database file do. Each call
 * must be in the audit log, and the servers must log no error. At any moment, each connection logs in a different user.
 *
 * Environment: `BENCH_SECONDS` for each measurement, default 5; `BENCH_ROUNDS`, default 3; `BENCH_WARMING`, calls of
 * each process before it is measured, default 10,000.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, loadSecrets } from "@bookend/reference-config";
import { openDatabase, sql } from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";
import autocannon from "autocannon";
import { databaseOptions } from "../src/services/database-options.js";
import { openServices } from "../src/services/services.js";
import { run } from "../test/server-process.js";

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const seconds = number("BENCH_SECONDS", 5);
const rounds = number("BENCH_ROUNDS", 3);
/**
 * Number of calls that each process handles before it is measured. A new process needs twice the time for a call until
 * it has handled several thousand. Otherwise, two processes would be slow just because each has handled half the calls.
 */
const warmingCalls = number("BENCH_WARMING", 10_000);

const userCount = 100;
const logins = Array.from({ length: userCount }, (_, index) => ({
  method: "POST" as const,
  path: "/validate/check",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ user: `bench${index}`, pass: "bench-pin" }),
}));

/** Servers that are measured together. `servers` has the arguments of each after `serve --config FILE`. */
interface Contestant {
  readonly name: string;
  readonly servers: readonly (readonly string[])[];
  /** Number of processes of each server that handle calls. */
  readonly workers: number;
}

/** Running servers. `errors` has the lines that they logged, which are warnings and errors only. */
interface Running {
  readonly urls: readonly string[];
  readonly errors: string[];
  stop(): Promise<void>;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const postgres = await startPostgres({ durable: true });
try {
  if (!("skip" in postgres)) {
    await compare("PostgreSQL", { kind: "postgres", url: postgres.url }, [
      { name: "one worker", servers: [[]], workers: 1 },
      { name: "two workers", servers: [["--workers", "2"]], workers: 2 },
    ]);
  } else console.log(`PostgreSQL: skipped, ${postgres.skip}`);
  await compare("SQLite", undefined, [
    { name: "one server", servers: [[]], workers: 1 },
    { name: "two servers, one file", servers: [[], []], workers: 1 },
  ]);
} finally {
  if (!("skip" in postgres)) await postgres.stop();
}

async function compare(title: string, database: object | undefined, contestants: readonly Contestant[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-bench-workers-"));
  try {
    const file = join(directory, "config.json");
    const settings = {
      dataDirectory: "data",
      port: 0,
      pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      rateLimit: { exempt: ["127.0.0.0/8"] },
      log: { level: "warn" },
      ...(database && { database }),
    };
    await writeFile(file, JSON.stringify(settings));
    await addUsers(file);
    for (const connections of [10, 50]) {
      const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
      // the first round warms up
      for (let round = -1; round < rounds; round += 1) {
        for (const contestant of contestants) {
          const rate = await measure(file, contestant, connections);
          if (round >= 0) rates.get(contestant.name)?.push(rate);
        }
      }
      const [base = 0] = [...rates.values()].map(median);
      console.log(`\n${title}, ${connections} connections, median of ${rounds} × ${seconds} s`);
      for (const [name, found] of rates) {
        const rate = median(found);
        console.log(`${name.padEnd(24)} ${rate.toFixed(0)} calls/s, ratio ${(rate / base).toFixed(2)}`);
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Adds users, each with a token that accepts a PIN alone. */
async function addUsers(file: string): Promise<void> {
  const config = await loadConfig(file);
  const services = await openServices({ config, secrets: await loadSecrets(config) });
  const { resolvers, realms, users, tokens } = services.domain;
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  for (let index = 0; index < userCount; index += 1) {
    await users.add("people", { username: `bench${index}` });
    await tokens.init({ type: "spass", pin: "bench-pin" }, { login: `bench${index}`, realm: "corp" });
  }
  await services.close();
}

/** Starts servers and returns the number of calls per second that they handle together. */
async function measure(file: string, { servers, workers }: Contestant, connections: number): Promise<number> {
  const running = await start(file, servers);
  const before = await auditRows(file);
  const warming = await load(running.urls, connections, { amount: warmingCalls * workers });
  const loaded = await load(running.urls, connections, { duration: seconds });
  await running.stop();
  const failed = warming.failed + loaded.failed;
  const answered = warming.answered + loaded.answered;
  const written = (await auditRows(file)) - before;
  // calls without a response at the end of a load may have been written
  if (failed > 0 || written < answered || written > answered + 2 * connections)
    throw new Error(`${failed} calls failed; ${answered} received a response, and ${written} are in the audit log`);
  if (running.errors.length > 0) throw new Error(`The servers logged: ${running.errors.join("\n")}`);
  return loaded.answered / seconds;
}

/**
 * Makes `amount` calls to each server, or calls for `duration` seconds. The connections are divided among the servers.
 */
async function load(
  urls: readonly string[],
  connections: number,
  extent: { readonly amount: number } | { readonly duration: number },
): Promise<{ readonly answered: number; readonly failed: number }> {
  let opened = 0;
  const found = await Promise.all(
    urls.map((url) =>
      autocannon({
        url,
        connections: Math.ceil(connections / urls.length),
        ...extent,
        setupClient(client) {
          const first = Math.floor((opened++ * userCount) / connections) % userCount;
          client.setRequests([...logins.slice(first), ...logins.slice(0, first)]);
        },
      }),
    ),
  );
  const sum = (value: (one: autocannon.Result) => number) => found.reduce((total, one) => total + value(one), 0);
  return { answered: sum((one) => one["2xx"]), failed: sum(({ non2xx, errors }) => non2xx + errors) };
}

async function auditRows(file: string): Promise<number> {
  const database = await openDatabase<object>({ ...databaseOptions(await loadConfig(file)), readOnly: true });
  try {
    const { rows } = await sql<{ n: number | string }>`
      select count(*) as n from bookend_audit where parent is null and authentication = 'ACCEPT'`.execute(database.db);
    return Number(rows[0]?.n);
  } finally {
    await database.close();
  }
}

async function start(file: string, servers: Contestant["servers"]): Promise<Running> {
  const errors: string[] = [];
  const started = servers.map((args) => run(["serve", "--config", file, ...args]));
  const urls = await Promise.all(started.map((server) => ready(server, errors)));
  return {
    urls,
    errors,
    async stop() {
      const exits = started.map((server) => once(server, "exit"));
      for (const server of started) server.kill("SIGTERM");
      await Promise.all(exits);
    },
  };
}

/** Resolves to the server's URL. Keeps reading the server's log, and adds its lines to `errors`. */
function ready({ stdout }: ChildProcess, errors: string[]): Promise<string> {
  return new Promise((resolve) => {
    let rest = "";
    stdout?.on("data", (chunk) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const url = /ready at (http[^,\s]+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
        else if (line.startsWith("{")) errors.push(line);
      }
    });
  });
}
