// Runs N times on each database: 10,000 deliveries and two processes, one of which is killed with SIGKILL at a random
// moment. `pnpm crash:deliveries 20 [10000] [--engine pgboss]`
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "@bookend/test-kit/postgres";
import { sql } from "kysely";
import { openDatabase } from "../../src/index.js";
import { crashRun, endedInTime } from "./crash-run.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { engine: { type: "string" } } });
const [times = "1", deliveries = "10000"] = positionals;
const pgBoss = values.engine === "pgboss";
if (values.engine !== undefined && !pgBoss)
  throw new TypeError(`--engine: "${values.engine}" is not valid. Allowed: pgboss.`);
const directory = mkdtempSync(join(tmpdir(), "bookend-crash-runs-"));
const postgres = await startPostgres();
const leaseMs = 5_000;
/** Milliseconds after which pg-boss considers a process dead. */
const heartbeatMs = 10_000;
const concurrency = 20;
let failures = 0;
for (const dialect of pgBoss ? (["postgres"] as const) : (["sqlite", "postgres"] as const)) {
  const total = { runs: 0, lost: 0, held: 0, mostTwice: 0, longestHeldMs: 0 };
  for (let run = 1; run <= Number(times); run += 1) {
    const url = await freshUrl(dialect, run);
    if (url === undefined) continue;
    const killAfterMs = Math.round(Math.random() * 1_500);
    const result = await crashRun({
      url,
      deliveries: Number(deliveries),
      killAfterMs,
      leaseMs,
      concurrency,
      sendMs: 2,
      pgBoss,
    });
    const { lost, twice, held, heldMs, verifies } = result;
    const good =
      lost === 0 &&
      twice <= concurrency &&
      endedInTime(result, { leaseMs: pgBoss ? heartbeatMs : leaseMs, graceMs: 2_000, pgBoss }) &&
      verifies;
    if (!good) failures += 1;
    console.log(JSON.stringify({ dialect, run, killAfterMs, ...result, good }));
    total.runs += 1;
    total.lost += lost;
    total.held += held;
    total.mostTwice = Math.max(total.mostTwice, twice);
    total.longestHeldMs = Math.max(total.longestHeldMs, heldMs);
  }
  console.log(JSON.stringify({ engine: pgBoss ? "pg-boss" : "embedded", dialect, ...total }));
}
if (!("skip" in postgres)) await postgres.stop();
rmSync(directory, { recursive: true, force: true });
process.exitCode = failures === 0 ? 0 : 1;

async function freshUrl(dialect: "sqlite" | "postgres", run: number): Promise<string | undefined> {
  if (dialect === "sqlite") return `sqlite:${join(directory, `${run}.db`)}`;
  if ("skip" in postgres) return undefined;
  const database = await openDatabase({ url: postgres.url });
  await sql`create database ${sql.ref(`crash_${run}`)}`.execute(database.db);
  await database.close();
  return postgres.url.replace("///postgres?", `///crash_${run}?`);
}
