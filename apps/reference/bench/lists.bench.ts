/**
 * How long lists take with much data, and how long another client waits while they run: `pnpm bench:lists`.
 *
 * Environment: `TOKENS`, default 1,000,000; `USERS`, default 100,000; `AUDIT_ROWS`, default 5,000,000; `BENCH_DIALECT`, `sqlite` or `postgres`,
 * default both; `BENCH_CASE`, a regular expression for the names of the lists that are measured.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@bookend/test-kit/postgres";
import type { ListsReady } from "./lists-server.js";

/** Milliseconds that a list may take: its first page, a page by key, a filter. */
const bounds = { page: 50, filter: 100 } as const;

/** Times that each list is requested, and times in a row while another client is measured. */
const rounds = 9;
const inARow = 20;

/** Milliseconds between the calls of the other client, which are 200 without a list. */
const pauseMs = 2;
const quietCalls = 200;

type Kind = keyof typeof bounds;

const tokens: readonly (readonly [name: string, kind: Kind, query: string])[] = [
  ["first page", "page", ""],
  ["first page, descending", "page", "sortdir=desc"],
  ...["tokentype", "description", "active", "failcount", "rollout_state", "username", "realm"].map(
    (column) => [`first page by ${column}`, "page", `sortby=${column}`] as const,
  ),
  ["page 1,000", "page", "page=1000"],
  ["serial", "filter", "serial=OATH00500000"],
  ["serial, prefix", "filter", "serial=OATH005*"],
  ["serial, suffix", "filter", "serial=*99999"],
  ["serial, middle", "filter", "serial=*4999*"],
  ["type that is frequent", "filter", "type=hotp"],
  ["type that is rare", "filter", "type=push"],
  ["type, a list", "filter", "type=push,totp"],
  ["user", "filter", "user=user0000031&realm=corp"],
  ["tokenrealm that is frequent", "filter", "tokenrealm=corp"],
  ["tokenrealm that is rare", "filter", "tokenrealm=rare"],
  ["resolver", "filter", "resolver=people"],
  ["userid", "filter", "userid=uid-0000031"],
  ["assigned", "filter", "assigned=true"],
  ["unassigned", "filter", "assigned=false"],
  ["active", "filter", "active=true"],
  ["inactive", "filter", "active=false"],
  ["description", "filter", "description=lost in place 0"],
  ["description, prefix", "filter", "description=lost*"],
  ["description, middle", "filter", "description=*place*"],
  ["rollout_state", "filter", "rollout_state=clientwait"],
  ["in no container", "filter", "container_serial="],
  ["infokey", "filter", "infokey=colour"],
  ["infokey and infovalue", "filter", "infokey=colour&infovalue=violet"],
  ["infovalue", "filter", "infovalue=violet"],
  ["infovalue, suffix", "filter", "infovalue=*olet"],
  ["frequent type, rare realm", "filter", "type=hotp&tokenrealm=rare"],
  ["inactive, by description", "filter", "active=false&sortby=description"],
  ["count of all", "filter", "count=true&pagesize=0"],
];
const users: readonly (readonly [name: string, kind: Kind, query: string])[] = [
  ["username", "filter", "username=user0000031"],
  ["username, prefix", "filter", "username=user00000*"],
  ["username, suffix", "filter", "username=*0031"],
  ["userid", "filter", "userid=uid-0000031"],
  ["surname", "filter", "surname=Surname31"],
  ["givenname", "filter", "givenname=Rare"],
  ["email", "filter", "email=user31@example.org"],
];
const audit: readonly (readonly [name: string, kind: Kind, query: string])[] = [
  ["newest page", "page", ""],
  ["page 1,000", "page", "page=1000"],
  ["serial", "filter", "serial=OATH00007919"],
  ["serial, suffix", "filter", "serial=*07919"],
  ["user", "filter", "user=user0000031"],
  ["event that is frequent", "filter", "action=POST /path/7"],
  ["realm", "filter", "realm=rare"],
  ["failures", "filter", "success=0"],
  ["a serial that nobody has", "filter", "serial=none"],
];
const lists = [
  ...tokens.map(([name, kind, query]) => ({ name: `tokens, ${name}`, kind, path: `/token/?${query}` })),
  ...users.map(([name, kind, query]) => ({ name: `users, ${name}`, kind, path: `/user/?realm=corp&${query}` })),
  ...audit.map(([name, kind, query]) => ({ name: `audit, ${name}`, kind, path: `/audit/?${query}` })),
].filter(({ name }) => new RegExp(process.env.BENCH_CASE ?? "").test(name));

const quantile = (times: readonly number[], part: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;

async function measure(database: string, env: Readonly<Record<string, string>>): Promise<void> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL("./lists-server.ts", import.meta.url)), {
    execArgv: process.execArgv,
    env: { ...process.env, ...env },
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
  const check = async (): Promise<number> => {
    const start = performance.now();
    await fetch(`${url}/validate/check?user=bench&pass=bench-pin`).then((response) => response.arrayBuffer());
    return performance.now() - start;
  };
  /** Times of the other client until `over` says so. */
  const otherClient = async (over: (calls: number) => boolean): Promise<readonly number[]> => {
    const times: number[] = [];
    while (!over(times.length)) {
      times.push(await check());
      await setTimeout(pauseMs);
    }
    return times;
  };
  const byKey = async (path: string): Promise<string | undefined> => {
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
    const quiet = await otherClient((calls) => calls >= quietCalls);
    let running = true;
    const other = otherClient(() => !running);
    for (let round = 0; round < inARow; round++) await request(path);
    running = false;
    const ratio = quantile(await other, 0.99) / quantile(quiet, 0.99);
    const median = quantile(times, 0.5);
    const missed = [...(median > bounds[kind] ? ["SLOW"] : []), ...(ratio >= 2 ? ["OTHERS WAIT"] : [])].join(", ");
    console.log(
      `${database}: ${name}: ${median.toFixed(1)} ms, most ${Math.max(...times).toFixed(0)}; other client's p99 ${quantile(quiet, 0.99).toFixed(0)} ms, ${ratio.toFixed(1)} times during it${note}${missed && ` <- ${missed}`}`,
    );
    if (kind === "page" && path.startsWith("/token/") && !path.includes("page=")) {
      const cursor = await byKey(path);
      const next: number[] = [];
      const nextPath = `${path}&cursor=${cursor}`;
      for (let round = 0; cursor !== undefined && round < rounds; round++) next.push((await request(nextPath)).ms);
      const nextMedian = quantile(next, 0.5);
      console.log(
        `${database}: ${name}, next by key: ${nextMedian.toFixed(1)} ms${nextMedian > bounds.page ? " <- SLOW" : ""}`,
      );
    }
  }
  child.send("end");
  await ended;
}

const dialect = process.env.BENCH_DIALECT;
if (dialect !== "postgres") await measure("SQLite", {});
if (dialect !== "sqlite") {
  const postgres = await startPostgres();
  if ("skip" in postgres) console.log(postgres.skip);
  else {
    try {
      await measure("PostgreSQL", { BENCH_DATABASE: postgres.url });
    } finally {
      await postgres.stop();
    }
  }
}
