/**
 * Measures how long an import of thousands of bindings takes, and how long the calls of another client wait during it:
 * `pnpm bench:import`. It starts a server on SQLite and on PostgreSQL, and adds, updates and replaces bindings.
 *
 * Environment: `IMPORT_COUNT`, default 3,000; `IMPORT_LIMIT_MS`, default 5,000, and `WAIT_LIMIT_MS`, default 200: the
 * script fails if one is exceeded. Measure on a quiet machine; `idle` is the longest wait without an import.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startPostgres } from "@bookend/test-kit/postgres";
import { importedBindings } from "../test/imported-bindings.js";
import { addAdmin, ended, logIn, startServerProcess } from "../test/server-process.js";

const importLimitMs = Number(process.env.IMPORT_LIMIT_MS ?? 5_000);
const waitLimitMs = Number(process.env.WAIT_LIMIT_MS ?? 200);
const count = Number(process.env.IMPORT_COUNT ?? 3_000);

interface Figure {
  readonly database: string;
  readonly what: string;
  readonly importMs: number;
  readonly longestWaitMs: number;
  readonly calls: number;
}

async function measure(database: string, settings: object): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-import-"));
  const config = join(directory, "config.json");
  await writeFile(config, JSON.stringify({ dataDirectory: "data", port: 0, log: { level: "error" }, ...settings }));
  await addAdmin(config);
  const { process: server, url } = await startServerProcess(config);
  const figures: Figure[] = [];
  try {
    const headers = { authorization: await logIn(url), "content-type": "application/json" };
    const call = async (method: string, path: string, body?: string) => {
      const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
      return text;
    };
    /**
     * Does some work while another client alternately reads and writes. Records how long the work takes, and how long the
     * client waits at most.
     */
    const meanwhile = async (what: string, work: () => Promise<unknown>) => {
      let hasEnded = false;
      let longestWaitMs = 0;
      let calls = 0;
      const started = performance.now();
      const working = work().finally(() => {
        hasEnded = true;
      });
      while (!hasEnded) {
        const asked = performance.now();
        if (calls % 2 === 0) await call("GET", "/token/?pagesize=1");
        else await call("POST", "/system/setConfig", JSON.stringify({ [`n${calls}`]: "1" }));
        longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
        calls += 1;
        await setTimeout(2);
      }
      await working;
      const importMs = performance.now() - started;
      figures.push({ database, what, importMs: Math.round(importMs), longestWaitMs: Math.round(longestWaitMs), calls });
    };
    const importing = (mode: string, prefix: string) => async () => {
      const answer = await call("POST", `/event/import?mode=${mode}`, JSON.stringify(importedBindings(count, prefix)));
      const { result } = JSON.parse(answer) as { result: { value: number } };
      if (result.value !== count) throw new Error(`${result.value} bindings were imported.`);
    };
    await meanwhile("warm up", () => setTimeout(1_000));
    await meanwhile("idle", () => setTimeout(3_000));
    await meanwhile("add", importing("add", "first"));
    await meanwhile("merge, all updated", importing("merge", "first"));
    await meanwhile("replace all by others", importing("replace", "second"));
    await meanwhile("replace all by the same", importing("replace", "second"));
  } finally {
    server.kill("SIGTERM");
    await ended(server);
    await rm(directory, { recursive: true, force: true });
  }
  return figures.slice(1);
}

const figures = [...(await measure("sqlite", {}))];
const postgres = await startPostgres({ durable: true });
if ("skip" in postgres) console.log(postgres.skip);
else {
  try {
    figures.push(...(await measure("postgres", { database: { kind: "postgres", url: postgres.url } })));
  } finally {
    await postgres.stop();
  }
}
console.table(figures);
const exceeded = figures.filter(
  ({ what, importMs, longestWaitMs }) => what !== "idle" && (importMs > importLimitMs || longestWaitMs > waitLimitMs),
);
process.exitCode = exceeded.length > 0 ? 1 : 0;
