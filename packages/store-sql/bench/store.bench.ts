import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { generateAuditKey, openDatabase, openStore, sql } from "@bookend/store-sql";
import { call } from "../test/audit-entries.js";
import { onEachDatabase } from "./each-database.js";

/**
 * Repeats `run` for two seconds, `concurrency` at a time; reports how many were completed per second, and the CPU time
 * of this process.
 */
async function rate(name: string, concurrency: number, run: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + 2000;
  let count = 0;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const worker = async () => {
    while (performance.now() < end) {
      await run();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const perSecond = Math.round(count / ((performance.now() - start) / 1000));
  const { user, system } = process.cpuUsage(cpu);
  const each = Math.round((user + system) / count);
  console.log(`${name}, ${concurrency} at a time: ${perSecond.toLocaleString("en")}/s, ${each} µs of CPU each`);
}

async function measure(name: string, url: string): Promise<void> {
  const database = await openDatabase({ url });
  const auditKey = generateAuditKey();
  const { audit, counters, close } = await openStore({ database, auditKey });
  await rate(`${name}: bare commits of one row`, 1, () =>
    sql`update bookend_revision set bindings = bindings + 1`.execute(database.db),
  );
  for (const concurrency of [1, 10, 100]) {
    await rate(`${name}: audit appends`, concurrency, () => audit.call(call({ userAgent: "Mozilla/5.0 (X11)" })));
  }
  for (const concurrency of [1, 10])
    await rate(`${name}: counter increments`, concurrency, async () => counters.add("c", 1));
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { checked, ok } = await audit.verify();
  const perSecond = Math.round(checked / ((performance.now() - start) / 1000));
  const { user, system } = process.cpuUsage(cpu);
  const each = ((user + system) / checked).toFixed(1);
  console.log(`${name}: rows verified (${ok}): ${perSecond.toLocaleString("en")}/s, ${each} µs of CPU each`);
  await close();
  if (database.dialect === "postgres") await measureNodes(name, url, auditKey);
  await database.close();
}

const nodeMs = 3000;
/** Milliseconds from now until all nodes begin. */
const soonMs = 300;

/** Measures appends by one node and by four in turn; each node is a separate process. */
async function measureNodes(name: string, url: string, auditKey: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bookend-bench-"));
  const keyFile = join(directory, "audit.pem");
  writeFileSync(keyFile, auditKey, { mode: 0o600 });
  try {
    for (const nodes of [1, 4, 1, 4, 1, 4]) {
      const started = await Promise.all(Array.from({ length: nodes }, () => startNode(url, keyFile)));
      const startsAt = Date.now() + soonMs;
      const results = await Promise.all(started.map((run) => run(startsAt)));
      const rows = results.reduce((sum, one) => sum + one.rows, 0);
      const cpu = results.reduce((sum, one) => sum + one.cpu, 0);
      const perSecond = Math.round(rows / (nodeMs / 1000)).toLocaleString("en");
      console.log(
        `${name}: audit appends, ${nodes} ${nodes === 1 ? "node" : "nodes"}, 100 at a time each: ${perSecond}/s, ${Math.round(cpu / rows)} µs of CPU each`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Starts a node, and returns a function that runs it. */
async function startNode(
  url: string,
  keyFile: string,
): Promise<(startsAt: number) => Promise<{ readonly rows: number; readonly cpu: number }>> {
  const program = fileURLToPath(new URL("append-node.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, program, url, keyFile, String(nodeMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error("A node ended before its result.");
    return value;
  };
  await line();
  return async (startsAt) => {
    child.stdin.write(String(startsAt));
    return JSON.parse(await line());
  };
}

await onEachDatabase(measure);
