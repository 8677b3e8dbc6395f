/**
 * Measures requests per second over HTTP: `pnpm bench:http`. The server runs in one process, and the load comes from
 * another. `bare route` is a route of Fastify that does nothing, in the process of the server. The column `of none` has
 * the rate divided by that of `no binding`; figures of different runs cannot be compared.
 *
 * Environment: `PIN_MEMORY` (KiB), `PIN_PASSES`: the cost of a PIN's hash, by default the minimum that argon2 allows,
 * so that the measurement is about the server and not the hash; `BENCH_SECONDS` for each case, default 5;
 * `BENCH_ROUNDS`, default 3; `BENCH_WARMUP`, seconds of load before the first measurement, so that the code is
 * compiled, default 20; `BENCH_DATABASE`, the URL of a PostgreSQL database, default SQLite; `BENCH_CASE`, a part of the
 * names of the cases that are measured.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import type { Setting, Told } from "./http-server.js";
import type { StatementCounts } from "./statement-counts.js";

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const seconds = number("BENCH_SECONDS", 5);
const rounds = number("BENCH_ROUNDS", 3);
const warmUp = number("BENCH_WARMUP", 20);

interface Case extends Setting {
  readonly name: string;
  readonly route: "bare" | "check" | "init";
}

const none = { notMatching: 0, matching: "none" } as const;
const cases: readonly Case[] = (
  [
    { name: "bare route", route: "bare", ...none },
    { name: "no binding", route: "check", ...none },
    { name: "1,000 that do not match", route: "check", ...none, notMatching: 1_000 },
    { name: "one that logs", route: "check", ...none, matching: "logging" },
    { name: "five that log", route: "check", ...none, matching: "five" },
    { name: "ten counters", route: "check", ...none, matching: "counters" },
    { name: "token/init, hotp", route: "init", ...none },
  ] as const
).filter(({ name }) => name.includes(process.env.BENCH_CASE ?? ""));

/** The measurements of a case in one round. */
interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Averages per call. */
  readonly counts: StatementCounts;
}

const child = fork(fileURLToPath(new URL("./http-server.ts", import.meta.url)), { execArgv: process.execArgv });
const hear = async <T extends Told["type"]>(type: T): Promise<Extract<Told, { type: T }>> => {
  const ended = new AbortController();
  const died = once(child, "exit", { signal: ended.signal }).then(() => Promise.reject(new Error("the server ended")));
  died.catch(() => undefined);
  try {
    for (;;) {
      const [told] = (await Promise.race([once(child, "message", { signal: ended.signal }), died])) as [Told];
      if (told.type === type) return told as Extract<Told, { type: T }>;
    }
  } finally {
    ended.abort();
  }
};

const { url, bareUrl, authorization } = await hear("ready");

async function countsNow(): Promise<StatementCounts> {
  const told = hear("counts");
  child.send("counts");
  return (await told).counts;
}

async function measure(
  { route, notMatching, matching }: Case,
  connections: number,
  duration = seconds,
): Promise<Measured> {
  const set = hear("set");
  child.send({ notMatching, matching } satisfies Setting);
  await set;
  const before = await countsNow();
  const { requests, latency, non2xx, errors } = await autocannon({
    url:
      route === "bare" ? `${bareUrl}/validate/check` : `${url}/${route === "init" ? "token/init" : "validate/check"}`,
    method: "POST",
    headers: { "content-type": "application/json", ...(route === "init" && { authorization }) },
    body: JSON.stringify(route === "init" ? { type: "hotp", genkey: true } : { user: "bench", pass: "bench-pin" }),
    connections,
    duration,
  });
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} responses were not successful, ${errors} requests failed`);
  const after = await countsNow();
  const perCall = (name: keyof StatementCounts) => (after[name] - before[name]) / requests.sent;
  return {
    rate: requests.average,
    p50: latency.p50,
    p99: latency.p99,
    counts: {
      statements: perCall("statements"),
      transactions: perCall("transactions"),
      commits: perCall("commits"),
    },
  };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

try {
  console.log(
    `${process.env.BENCH_DATABASE === undefined ? "SQLite" : "PostgreSQL"}, median of ${rounds} × ${seconds} s`,
  );
  const check = cases.find(({ route }) => route === "check");
  if (check && warmUp > 0) await measure(check, 50, warmUp);
  for (const connections of [10, 50]) {
    const found = new Map<string, Measured[]>(cases.map(({ name }) => [name, []]));
    // in rounds, so that other load on the machine affects all cases
    for (let round = -1; round < rounds; round++) {
      for (const one of cases) {
        const measured = await measure(one, connections);
        if (round >= 0) found.get(one.name)?.push(measured);
      }
    }
    const of = (name: string, value: (one: Measured) => number) => median((found.get(name) ?? []).map(value));
    const base = of("no binding", ({ rate }) => rate);
    console.log(
      `\n${connections} connections`.padEnd(27),
      "requests/s  of none   p50 ms   p99 ms  statements  transactions  commits",
    );
    for (const { name } of cases) {
      const rate = of(name, (one) => one.rate);
      console.log(
        name.padEnd(26),
        rate.toFixed(0).padStart(10),
        (rate / base).toFixed(2).padStart(8),
        of(name, ({ p50 }) => p50)
          .toFixed(1)
          .padStart(8),
        of(name, ({ p99 }) => p99)
          .toFixed(1)
          .padStart(8),
        of(name, ({ counts }) => counts.statements)
          .toFixed(1)
          .padStart(11),
        of(name, ({ counts }) => counts.transactions)
          .toFixed(2)
          .padStart(13),
        of(name, ({ counts }) => counts.commits)
          .toFixed(2)
          .padStart(8),
      );
    }
  }
} finally {
  child.send("end");
  await once(child, "exit");
}
