// Measures deliveries drained per second by two worker processes, as a ratio to a bare SKIP LOCKED loop on PostgreSQL
// in the same round, and how soon a fresh delivery starts while 100,000 wait for a dead host. Medians of several
// rounds. `pnpm bench:deliveries [deliveries] [waiting] [rounds]`
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startPostgres } from "@bookend/test-kit/postgres";
import { sql } from "kysely";
import {
  type Database,
  generateAuditKey,
  generateOutboxKey,
  openDatabase,
  openOutbox,
  openStore,
} from "../src/index.js";
import { openEngine } from "../test/outbox/open-engine.js";
import { noteOf } from "../test/outbox/test-outbox.js";
import type { WorkerTask } from "./delivery-worker.js";

const [deliveries = "10000", waiting = "100000", roundCount = "3"] = process.argv.slice(2);
const count = Number(deliveries);
const rounds = Number(roundCount);
const concurrency = 100;
const kind = { name: "note", send: () => ({ status: "sent" as const }) };
const outboxKey = generateOutboxKey("bench");
const keys = [outboxKey];
const auditKey = generateAuditKey();
const directory = mkdtempSync(join(tmpdir(), "bookend-bench-"));
const postgres = await startPostgres({ durable: true });
const workers = ["a", "b"].map(() =>
  fork(new URL("delivery-worker.ts", import.meta.url), { execArgv: process.execArgv, stdio: "inherit" }),
);

/** Which program drains, on which database, and whether each completed delivery has an audit entry. */
interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly by: "loop" | "embedded" | "pg-boss";
  readonly audited: boolean;
}

/** Deliveries per second, and microseconds of the workers' processor time per delivery. */
interface Figures {
  readonly enqueued: number;
  readonly drained: number;
  readonly cpu: number;
}

try {
  const sqlite = `sqlite:${join(directory, "bench.db")}`;
  const url = "skip" in postgres ? undefined : postgres.url;
  const onPostgres = (name: string, by: Contestant["by"], audited: boolean) =>
    url === undefined ? [] : [{ name, url, by, audited }];
  const contestants: readonly Contestant[] = [
    ...onPostgres("bare SKIP LOCKED loop, PostgreSQL", "loop", false),
    ...onPostgres("embedded, PostgreSQL", "embedded", false),
    ...onPostgres("embedded, PostgreSQL, audited", "embedded", true),
    { name: "embedded, SQLite", url: sqlite, by: "embedded", audited: false },
    { name: "embedded, SQLite, audited", url: sqlite, by: "embedded", audited: true },
    ...onPostgres("pg-boss", "pg-boss", false),
    ...onPostgres("pg-boss, audited", "pg-boss", true),
  ];
  const figures = new Map<string, (Figures & { readonly ratio: number })[]>();
  for (let round = 0; round < rounds; round += 1) {
    let bare = Number.NaN;
    for (const contestant of contestants) {
      const measured = await race(contestant);
      if (contestant.by === "loop") bare = measured.drained;
      const kept = figures.get(contestant.name) ?? [];
      figures.set(contestant.name, [...kept, { ...measured, ratio: measured.drained / bare }]);
    }
  }
  for (const [name, all] of figures) {
    const middle = (of: keyof (typeof all)[number]) => median(all.map((one) => one[of]));
    const enqueued = Number.isNaN(middle("enqueued")) ? "" : `, enqueued ${middle("enqueued").toFixed(0)}/s`;
    console.log(
      `${name}: drained ${middle("drained").toFixed(0)}/s, ratio ${middle("ratio").toFixed(2)}, ${middle("cpu").toFixed(0)} µs of workers' processor time each${enqueued}`,
    );
  }
  for (const one of [url, sqlite]) {
    if (one !== undefined)
      console.log(
        `fresh delivery, ${waiting} waiting for a dead host, ${one === sqlite ? "SQLite" : "PostgreSQL"}: started after ${await freshAfter(one)} ms`,
      );
  }
} finally {
  for (const worker of workers) worker.kill();
  if (!("skip" in postgres)) await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function race({ url, by, audited }: Contestant): Promise<Figures> {
  const database = await openDatabase<object>({ url });
  const enqueued =
    by === "loop" ? await bareJobs(database) : await filled(database, by === "pg-boss" ? url : undefined);
  const table = by === "loop" ? sql`bare_job` : sql`bookend_delivery`;
  await everyWorker({ do: "prepare", url, by, audited, auditKey, outboxKey, concurrency });
  const before = await everyWorker({ do: "begin" });
  const started = performance.now();
  for (;;) {
    const { rows } = await sql`
      select 1 from ${table} where state = 'waiting' union all select 1 from ${table} where state = 'sending' limit 1`.execute(
      database.db,
    );
    if (rows.length === 0) break;
    await setTimeout(10);
  }
  const ms = performance.now() - started;
  const cpu = (await everyWorker({ do: "stop" })) - before;
  await database.close();
  return { enqueued, drained: (count / ms) * 1_000, cpu: cpu / count };
}

/** Resolves to the processor time of all workers so far, in microseconds. */
async function everyWorker(task: WorkerTask): Promise<number> {
  const times = await Promise.all(
    workers.map(async (worker: ChildProcess) => {
      const answer = once(worker, "message");
      worker.send(task);
      const [{ cpuMicros }] = (await answer) as [{ cpuMicros: number }];
      return cpuMicros;
    }),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

async function bareJobs({ db }: Database<object>): Promise<number> {
  await sql`drop table if exists bare_job`.execute(db);
  await sql`create table bare_job (seq bigint primary key, state text not null, payload text not null)`.execute(db);
  await sql`create index bare_waiting on bare_job (seq) where state = 'waiting'`.execute(db);
  await sql`insert into bare_job select n, 'waiting', repeat('x', 200) from generate_series(1, ${count}) as n`.execute(
    db,
  );
  return Number.NaN;
}

/** Submits deliveries, 500 calls at a time; resolves to the number per second. */
async function filled(database: Database<object>, engineUrl: string | undefined): Promise<number> {
  const store = await openStore({ database, auditKey });
  await emptied(database);
  const engine = engineUrl === undefined ? undefined : await openEngine(engineUrl);
  const outbox = openOutbox({ database, audit: store.audit, keys, engine });
  const started = performance.now();
  for (let at = 0; at < count; at += 500) {
    const some = Array.from({ length: Math.min(500, count - at) }, (_, index) => at + index);
    const submit = (index: number) =>
      outbox.submit(noteOf(`dlv_${index}`, { createdAt: new Date(), destination: `host-${index % 4}` }), context());
    await Promise.all(some.map(submit));
  }
  const perSecond = (count / (performance.now() - started)) * 1_000;
  await outbox.close();
  await engine?.close();
  await store.close();
  return perSecond;
}

async function emptied({ db }: Database<object>): Promise<void> {
  for (const table of ["bookend_delivery", "bookend_delivery_attempt", "bookend_destination"])
    await sql`delete from ${sql.ref(table)}`.execute(db);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function freshAfter(url: string): Promise<number> {
  const database = await openDatabase<object>({ url });
  const store = await openStore({ database, auditKey });
  await emptied(database);
  await waitingRows(database, Number(waiting));
  let startedAt: number | undefined;
  const worker = openOutbox({ database, audit: store.audit, keys });
  const send = ({ destination }: { readonly destination: string }) => {
    if (destination === "dead") return { status: "failed", reason: "no connection" } as const;
    startedAt ??= performance.now();
    return { status: "sent" } as const;
  };
  worker.register?.(new Map([["Kit/note", { name: "note", send }]]));
  await worker.start({ concurrency: 20 });
  await setTimeout(2_000);
  const submitted = performance.now();
  await worker.submit(noteOf("dlv_fresh", { destination: "alive", createdAt: new Date() }), context());
  while (startedAt === undefined && performance.now() - submitted < 30_000) {
    await setTimeout(1);
  }
  const after = Math.round((startedAt ?? Number.POSITIVE_INFINITY) - submitted);
  await worker.close({ graceMs: 0 });
  await store.close();
  await database.close();
  return after;
}

async function waitingRows({ db, dialect }: Database<object>, rows: number): Promise<void> {
  const numbers =
    dialect === "postgres"
      ? sql`generate_series(1, ${rows}) as s(n)`
      : sql`(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${rows}) select n from s) as s`;
  const now = Date.now();
  await sql`
    insert into bookend_delivery (id, kind, version, destination, payload, summary, meta, call, binding, ordered, state, attempt, replayed_at,
      cancelling, due, expires, created)
    select 'dlv_dead_' || s.n, 'Kit/note', 1, 'dead', 'x.x', '', ${JSON.stringify({ event: "e", bindingName: "b", retry: noteOf("x").retry })},
      'call', 1, 0, 'waiting', 0, 0, 0, ${now}, ${now + 3_600_000}, ${now} from ${numbers}`.execute(db);
}

function context() {
  return { kind, signal: new AbortController().signal };
}
