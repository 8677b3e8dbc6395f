// Deliveries drained per second by two workers, as a ratio to a bare SKIP LOCKED loop on PostgreSQL in the same run; and how soon a fresh delivery
// starts while 100,000 wait for a dead host. `pnpm bench:deliveries [deliveries] [waiting]`
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@bookend/test-kit/postgres";
import { type Kysely, sql } from "kysely";
import {
  type Database,
  generateAuditKey,
  generateOutboxKey,
  openDatabase,
  openOutbox,
  openStore,
} from "../src/index.js";
import { noteOf } from "../test/outbox/test-outbox.js";

const [deliveries = "5000", waiting = "100000"] = process.argv.slice(2);
const count = Number(deliveries);
const concurrency = 100;
const kind = { name: "note", send: () => ({ status: "sent" as const }) };
const noAudit = { begin: () => ({ success: () => undefined, failure: () => undefined }) };
const keys = [generateOutboxKey("bench")];
const auditKey = generateAuditKey();
const directory = mkdtempSync(join(tmpdir(), "bookend-bench-"));
const postgres = await startPostgres({ durable: true });
try {
  const sqlite = `sqlite:${join(directory, "bench.db")}`;
  const bare = "skip" in postgres ? undefined : await bareLoop(postgres.url);
  if (bare !== undefined) console.log(`bare SKIP LOCKED loop, PostgreSQL: ${bare.toFixed(0)}/s`);
  for (const [name, url] of [
    ["PostgreSQL", "skip" in postgres ? undefined : postgres.url],
    ["SQLite", sqlite],
  ] as const) {
    if (url === undefined) continue;
    for (const audited of [false, true]) {
      const perSecond = await drained(url, audited);
      const ratio = bare === undefined ? "" : `, ratio ${(perSecond / bare).toFixed(2)}`;
      console.log(
        `embedded engine, ${name}, ${audited ? "with" : "without"} audit entries: ${perSecond.toFixed(0)}/s${ratio}`,
      );
    }
    console.log(
      `fresh delivery, ${waiting} waiting for a dead host, ${name}: started after ${await freshAfter(url)} ms`,
    );
  }
} finally {
  if (!("skip" in postgres)) await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function bareLoop(url: string): Promise<number> {
  const database = await openDatabase<object>({ url });
  const { db } = database;
  await sql`create table bare_job (seq bigint primary key, state text not null, payload text not null)`.execute(db);
  await sql`create index bare_waiting on bare_job (seq) where state = 'waiting'`.execute(db);
  await sql`insert into bare_job select n, 'waiting', repeat('x', 200) from generate_series(1, ${count}) as n`.execute(
    db,
  );
  const started = performance.now();
  await Promise.all([work(db), work(db)]);
  const perSecond = (count / (performance.now() - started)) * 1_000;
  await database.close();
  return perSecond;
}

async function work(db: Kysely<object>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ seq: number }>`
      update bare_job set state = 'sending' where seq in (
        select seq from bare_job where state = 'waiting' order by seq limit ${concurrency} for update skip locked
      ) returning seq`.execute(db);
    if (rows.length === 0) return;
    await Promise.all(rows.map(() => Promise.resolve()));
    const seqs = JSON.stringify(rows.map(({ seq }) => seq));
    await sql`update bare_job set state = 'sent' where seq in (
      select cast(value as bigint) from jsonb_array_elements_text(cast(${seqs} as jsonb)))`.execute(db);
  }
}

async function drained(url: string, audited: boolean): Promise<number> {
  const { database, store, outbox } = await filled(url, count);
  const workers = [1, 2].map(() => {
    const audit = audited ? store.audit : noAudit;
    const worker = openOutbox({ database, audit, keys });
    worker.register?.(new Map([["Kit/note", kind]]));
    return worker;
  });
  const started = performance.now();
  await Promise.all(workers.map((worker) => worker.start({ concurrency })));
  for (;;) {
    const { waiting: left, sending } = await outbox.counts();
    if (left + sending === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const perSecond = (count / (performance.now() - started)) * 1_000;
  await Promise.all(workers.map((worker) => worker.close()));
  await closed(database, store, outbox);
  return perSecond;
}

async function freshAfter(url: string): Promise<number> {
  const { database, store, outbox } = await filled(url, 0);
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
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const submitted = performance.now();
  await worker.submit(noteOf("dlv_fresh", { destination: "alive", createdAt: new Date() }), context());
  while (startedAt === undefined && performance.now() - submitted < 30_000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const after = Math.round((startedAt ?? Number.POSITIVE_INFINITY) - submitted);
  await worker.close({ graceMs: 0 });
  await closed(database, store, outbox);
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

async function filled(url: string, rows: number) {
  const database = await openDatabase<object>({ url });
  const store = await openStore({ database, auditKey });
  await sql`delete from bookend_delivery`.execute(database.db);
  await sql`delete from bookend_destination`.execute(database.db);
  const outbox = openOutbox({ database, audit: store.audit, keys });
  for (let at = 0; at < rows; at += 500) {
    const some = Array.from({ length: Math.min(500, rows - at) }, (_, index) => at + index);
    const submit = (index: number) =>
      outbox.submit(noteOf(`dlv_${index}`, { createdAt: new Date(), destination: `host-${index % 4}` }), context());
    await Promise.all(some.map(submit));
  }
  return { database, store, outbox };
}

async function closed(...open: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const one of [...open].reverse()) await one.close();
}

function context() {
  return { kind, signal: new AbortController().signal };
}
