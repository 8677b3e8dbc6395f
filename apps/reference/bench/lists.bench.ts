/**
 * Measures how long lists take with a large amount of data, and how long another client waits during them: `pnpm
 * bench:lists`. The ratio of the other client's 99th percentiles is followed by the interval that contains it with a
 * probability of 95 %.
 *
 * Environment: `TOKENS`, default 1,000,000; `USERS`, default 100,000; `AUDIT_ROWS`, default 5,000,000; `BENCH_DIALECT`,
 * `sqlite` or `postgres`, default both; `BENCH_CASE`, a regular expression for the names of the lists that are
 * measured; `BENCH_COMBINED`, to measure how long every filter takes in every order instead, without the other client;
 * `BENCH_DATA`, a directory that keeps the server's data, so that a filled database can be measured again;
 * `BENCH_DATABASE`, the URL of your own PostgreSQL server.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@bookend/test-kit/postgres";
import { keptConnections, type Received } from "./kept-connections.js";
import type { ListsReady } from "./lists-server.js";
import { bounds, combinedLists, measuredLists } from "./measured-lists.js";
import type { Calls } from "./other-client.js";
import { quantile, type Ratio, ratioOfP99 } from "./percentiles.js";

/** Number of requests for each list. */
const rounds = 9;

/** Number of times that a list is requested in a row while the other client is measured. */
const inARow = 20;

/** Milliseconds for which the other client calls the server before it is measured, so that the code is compiled. */
const warmUpMs = 10_000;

/**
 * Numbers of calls of the other client that are measured, both with and without a list. With fewer than the larger
 * number, the measurement ends as soon as it is certain whether the ratio is below {@link allowedRatio}.
 */
const [leastCalls, mostCalls] = [500, 2_000];

/** The 99th percentile of the other client's calls may become this many times as large during a list. */
const allowedRatio = 2;

/** Maximum milliseconds of each period in which the other client is measured without the list. */
const mostQuietMs = 2_000;

const chosen = new RegExp(process.env.BENCH_CASE ?? "");
const combines = process.env.BENCH_COMBINED !== undefined;
const lists = (combines ? combinedLists : measuredLists).filter(({ name }) => chosen.test(name));

interface Others {
  /** Durations of the other client's calls in milliseconds. */
  readonly during: readonly number[];
  readonly without: readonly number[];
  readonly ratio: Ratio;
}

function describe({ during, without, ratio }: Others): string {
  const p99 = (times: readonly number[]) => quantile(times, 0.99).toFixed(1);
  const interval = `${ratio.low.toFixed(1)} to ${ratio.high.toFixed(1)}, ${during.length} calls`;
  return `; other client's p99 ${p99(without)} ms, during it ${p99(during)}, ${ratio.value.toFixed(1)} times (${interval})`;
}

/** Returns the next message of a process. Rejects if it ends instead. */
async function told<T>(child: ChildProcess): Promise<[T]> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, "exit", { signal }).then(() => Promise.reject(new Error("A process ended.")));
  try {
    return (await Promise.race([once(child, "message", { signal }), ended])) as [T];
  } finally {
    waiting.abort();
  }
}

async function measure(database: string, env: Readonly<Record<string, string>>): Promise<void> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL("./lists-server.ts", import.meta.url)), {
    execArgv: process.execArgv,
    env: { ...process.env, BENCH_DATABASE: undefined, ...env },
  });
  const ended = once(child, "exit");
  const [{ url, authorization }] = await told<ListsReady>(child);
  console.log(`${database}: filled and started in ${((performance.now() - began) / 1_000).toFixed(0)} s`);

  const get = keptConnections(1);
  const request = async (path: string): Promise<Received & { ms: number }> => {
    const start = performance.now();
    const received = await get(`${url}${encodeURI(path)}`, { authorization });
    return { ...received, ms: performance.now() - start };
  };
  const other = fork(fileURLToPath(new URL("./other-client.ts", import.meta.url)), { execArgv: process.execArgv });
  /** Returns the durations of the calls that the other client makes while `work` runs. */
  const otherWhile = async (
    work: () => Promise<unknown>,
    { connections, pauseMs }: Omit<Calls, "url"> = { connections: 1, pauseMs: 2 },
  ): Promise<readonly number[]> => {
    other.send({ url, connections, pauseMs } satisfies Calls);
    await work();
    other.send("end");
    const [times] = await told<readonly number[]>(other);
    return times;
  };
  /** Returns the durations of the other client's calls while a list is requested and without it, in turns. */
  const otherClient = async (path: string): Promise<Others> => {
    const during: number[] = [];
    const without: number[] = [];
    for (let wanted = leastCalls; ; wanted += leastCalls) {
      while (Math.min(during.length, without.length) < wanted) {
        const begin = performance.now();
        during.push(
          ...(await otherWhile(async () => {
            for (let round = 0; round < inARow; round++) await request(path);
          })),
        );
        const quietMs = Math.min(mostQuietMs, performance.now() - begin);
        without.push(...(await otherWhile(() => setTimeout(quietMs))));
      }
      const ratio = ratioOfP99(during, without);
      const isCertain = ratio.high < allowedRatio || ratio.low >= allowedRatio;
      if (isCertain || wanted >= mostCalls) return { during, without, ratio };
    }
  };
  const cursorOf = async (path: string): Promise<string | undefined> => {
    const { text } = await request(path);
    const { result } = JSON.parse(text) as { result: { value?: { cursor?: string } } };
    return result.value?.cursor;
  };

  await otherWhile(() => setTimeout(warmUpMs), { connections: 10, pauseMs: 0 });
  for (const { name, kind, path } of lists) {
    const times: number[] = [];
    let note = "";
    for (let round = 0; round < rounds; round++) {
      const { status, text, ms } = await request(path);
      times.push(ms);
      if (status !== 200) note = `, status ${status} ${/"message":"([^"]*)/.exec(text)?.[1]?.slice(0, 80)}`;
    }
    const others = combines ? undefined : await otherClient(path);
    const median = quantile(times, 0.5);
    const missed = [
      ...(median > bounds[kind] ? ["SLOW"] : []),
      ...(others !== undefined && others.ratio.value >= allowedRatio ? ["OTHERS WAIT"] : []),
    ].join(", ");
    console.log(
      `${database}: ${name}: ${median.toFixed(1)} ms, most ${Math.max(...times).toFixed(0)}${others === undefined ? "" : describe(others)}${note}${missed && ` <- ${missed}`}`,
    );
    if (kind === "page" && !path.includes("page=")) {
      const cursor = await cursorOf(path);
      const next: number[] = [];
      const nextPath = `${path}&cursor=${cursor}`;
      for (let round = 0; cursor !== undefined && round < rounds; round++) next.push((await request(nextPath)).ms);
      const nextMedian = quantile(next, 0.5);
      console.log(
        `${database}: ${name}, next page by cursor: ${nextMedian.toFixed(1)} ms${nextMedian > bounds.page ? " <- SLOW" : ""}`,
      );
    }
  }
  other.disconnect();
  child.send("end");
  await ended;
}

const dialect = process.env.BENCH_DIALECT;
if (dialect !== "postgres") await measure("SQLite", {});
if (dialect !== "sqlite") {
  const { BENCH_DATABASE: own } = process.env;
  const postgres = own === undefined ? await startPostgres() : { url: own, stop: async () => undefined };
  if ("skip" in postgres) console.log(postgres.skip);
  else {
    try {
      await measure("PostgreSQL", { BENCH_DATABASE: postgres.url });
    } finally {
      await postgres.stop();
    }
  }
}
