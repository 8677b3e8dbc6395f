/**
 * Measures how long lists take with a large amount of data, and how long another client waits during them: `pnpm
 * bench:lists`.
 *
 * Environment: `TOKENS`, default 1,000,000; `USERS`, default 100,000; `AUDIT_ROWS`, default 5,000,000; `BENCH_DIALECT`,
 * `sqlite` or `postgres`, default both; `BENCH_CASE`, a regular expression for the names of the lists that are
 * measured; `BENCH_COMBINED`, to measure every filter in every order instead; `BENCH_DATA`, a directory that keeps the
 * server's data, so that a filled database can be measured again; `BENCH_DATABASE`, the URL of your own PostgreSQL
 * server.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@bookend/test-kit/postgres";
import type { ListsReady } from "./lists-server.js";
import { bounds, combinedLists, measuredLists } from "./measured-lists.js";

/** Number of requests for each list. */
const rounds = 9;

/** Number of times that a list is requested in a row while the other client is measured. */
const inARow = 20;

/** Number of calls of the other client after which its measurement ends, both with and without the list. */
const measuredCalls = 200;

/** Milliseconds after which the measurement of the other client ends, even if it has made fewer calls. */
const mostMs = 20_000;

/** Maximum milliseconds of each period in which the other client is measured without the list. */
const mostQuietMs = 2_000;

const chosen = new RegExp(process.env.BENCH_CASE ?? "");
const combines = process.env.BENCH_COMBINED !== undefined;
const lists = (combines ? combinedLists : measuredLists).filter(({ name }) => chosen.test(name));

const quantile = (times: readonly number[], part: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;

async function measure(database: string, env: Readonly<Record<string, string>>): Promise<void> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL("./lists-server.ts", import.meta.url)), {
    execArgv: process.execArgv,
    env: { ...process.env, BENCH_DATABASE: undefined, ...env },
  });
  const ended = once(child, "exit");
  const [{ url, authorization }] = (await Promise.race([
    once(child, "message"),
    ended.then(() => Promise.reject(new Error("The server ended."))),
  ])) as [ListsReady];
  console.log(`${database}: filled and started in ${((performance.now() - began) / 1_000).toFixed(0)} s`);

  const request = async (path: string): Promise<{ status: number; text: string; ms: number }> => {
    const start = performance.now();
    const response = await fetch(`${url}${encodeURI(path)}`, { headers: { authorization } });
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - start };
  };
  const other = fork(fileURLToPath(new URL("./other-client.ts", import.meta.url)), { execArgv: process.execArgv });
  /** Returns the durations of the calls that the other client makes while `work` runs. */
  const otherWhile = async (work: () => Promise<unknown>): Promise<readonly number[]> => {
    other.send(url);
    await work();
    other.send("");
    return ((await once(other, "message")) as [readonly number[]])[0];
  };
  /**
   * Returns the 99th percentile of the duration of the other client's calls, while a list is requested and without it.
   * Both are measured in turns.
   */
  const otherClient = async (path: string) => {
    const during: number[] = [];
    const without: number[] = [];
    const start = performance.now();
    do {
      const begin = performance.now();
      during.push(
        ...(await otherWhile(async () => {
          for (let round = 0; round < inARow; round++) await request(path);
        })),
      );
      const quietMs = Math.min(mostQuietMs, performance.now() - begin);
      without.push(...(await otherWhile(() => setTimeout(quietMs))));
    } while (Math.min(during.length, without.length) < measuredCalls && performance.now() - start < mostMs);
    return { during: quantile(during, 0.99), without: quantile(without, 0.99) };
  };
  const cursorOf = async (path: string): Promise<string | undefined> => {
    const { text } = await request(path);
    const { result } = JSON.parse(text) as { result: { value?: { cursor?: string } } };
    return result.value?.cursor;
  };

  for (const { name, kind, path } of lists) {
    const times: number[] = [];
    let note = "";
    for (let round = 0; round < rounds; round++) {
      const { status, text, ms } = await request(path);
      times.push(ms);
      if (status !== 200) note = `, status ${status} ${/"message":"([^"]*)/.exec(text)?.[1]?.slice(0, 80)}`;
    }
    const { during, without } = await otherClient(path);
    const ratio = during / without;
    const median = quantile(times, 0.5);
    const missed = [...(median > bounds[kind] ? ["SLOW"] : []), ...(ratio >= 2 ? ["OTHERS WAIT"] : [])].join(", ");
    console.log(
      `${database}: ${name}: ${median.toFixed(1)} ms, most ${Math.max(...times).toFixed(0)}; other client's p99 ${without.toFixed(1)} ms, during it ${during.toFixed(1)}, ${ratio.toFixed(1)} times${note}${missed && ` <- ${missed}`}`,
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
