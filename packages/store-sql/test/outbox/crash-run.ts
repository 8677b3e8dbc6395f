import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@bookend/core";
import { sql } from "kysely";
import {
  type Database,
  generateAuditKey,
  generateOutboxKey,
  openDatabase,
  openOutbox,
  openStore,
} from "../../src/index.js";
import { openEngine } from "./open-engine.js";
import type { WorkerSetup } from "./processes/crash-worker.js";
import { noteOf } from "./test-outbox.js";

/** One run with deliveries and two processes that send them, one of which is killed. */
export interface CrashRun {
  readonly url: string;
  readonly deliveries: number;
  /** Milliseconds after which one process is killed. */
  readonly killAfterMs: number;
  readonly leaseMs: number;
  readonly concurrency: number;
  readonly sendMs: number;
  /** Whether pg-boss schedules deliveries. @default false */
  readonly pgBoss?: boolean | undefined;
}

/** Observations of a run. */
export interface CrashResult {
  /** Number of deliveries that were never sent. */
  readonly lost: number;
  /** Number of deliveries that were begun more than once. */
  readonly twice: number;
  /** Milliseconds from the kill until all were sent. */
  readonly doneAfterMs: number;
  /** Number of deliveries that the killed process was sending. */
  readonly held: number;
  /** Milliseconds from the kill until all of these had ended. */
  readonly heldMs: number;
  /**
   * Milliseconds from the kill until all others had ended: deliveries that are taken over wait behind those that have
   * been due for longer.
   */
  readonly restMs: number;
  /** Number of entries in the audit log. */
  readonly audited: number;
  readonly verifies: boolean;
}

/** Maximum duration of a run, in milliseconds. */
const patienceMs = 180_000;

/**
 * Submits the deliveries, starts two processes that send them, kills one, and waits until all deliveries have ended.
 */
export async function crashRun(run: CrashRun): Promise<CrashResult> {
  const directory = mkdtempSync(join(tmpdir(), "bookend-crash-"));
  const workers: ChildProcess[] = [];
  const auditKey = generateAuditKey();
  const key = generateOutboxKey("crash");
  const startsFile = join(directory, "starts");
  const auditKeyFile = join(directory, "audit.pem");
  writeFileSync(startsFile, "");
  writeFileSync(auditKeyFile, auditKey, { mode: 0o600 });
  const database = await openDatabase<object>({ url: run.url });
  const store = await openStore({ database, auditKey });
  const engine = run.pgBoss ? await openEngine(run.url) : undefined;
  const outbox = openOutbox({ database, audit: store.audit, keys: [key], engine });
  const kind = { name: "note", send: () => ({ status: "sent" as const }) };
  try {
    for (let at = 0; at < run.deliveries; at += 500) {
      const some = Array.from({ length: Math.min(500, run.deliveries - at) }, (_, index) => at + index);
      await Promise.all(
        some.map((index) => {
          const payload: JsonValue = { index };
          const delivery = noteOf(`dlv_${index}`, { payload, destination: `host-${index % 4}`, createdAt: new Date() });
          return outbox.submit(delivery, { kind, signal: new AbortController().signal });
        }),
      );
    }
    for (const name of ["a", "b"]) {
      const { url, leaseMs, concurrency, sendMs } = run;
      const setup: WorkerSetup = {
        url,
        name,
        auditKeyFile,
        outboxKey: key.secret,
        startsFile,
        leaseMs,
        concurrency,
        sendMs,
        pgBoss: run.pgBoss ?? false,
      };
      workers.push(startWorker(setup));
    }
    await Promise.all(workers.map((worker) => once(createInterface(worker.stdout as NodeJS.ReadableStream), "line")));
    await setTimeout(run.killAfterMs);
    workers[0]?.kill("SIGKILL");
    const killed = performance.now();
    const held = await heldBy(database, "a");
    let heldDone: number | undefined;
    let restDone: number | undefined;
    for (;;) {
      const { open, heldOpen } = await stillOpen(database, held);
      const now = performance.now();
      if (heldOpen === 0) heldDone ??= now;
      if (open === heldOpen) restDone ??= now;
      if (open === 0 || now - killed > patienceMs) break;
      await setTimeout(20);
    }
    const done = performance.now();
    const counts = await outbox.counts();
    const starts = readFileSync(startsFile, "utf8").trim().split("\n");
    const begun = new Map<string, number>();
    for (const [id = ""] of starts.map((line) => line.split(" "))) begun.set(id, (begun.get(id) ?? 0) + 1);
    const { ok, checked } = await store.audit.verify();
    return {
      lost: run.deliveries - counts.sent,
      twice: [...begun.values()].filter((count) => count > 1).length,
      doneAfterMs: Math.round(done - killed),
      held: held.length,
      heldMs: Math.round((heldDone ?? done) - killed),
      restMs: Math.round((restDone ?? done) - killed),
      audited: checked,
      verifies: ok,
    };
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    await outbox.close({ graceMs: 0 });
    await engine?.close();
    await store.close();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Returns the numbers of the deliveries that a process is sending. */
async function heldBy({ db }: Database<object>, name: string): Promise<readonly number[]> {
  const { rows } = await sql<{ seq: number }>`
    select seq from bookend_delivery where state = 'sending' and owner like ${`${name}:%`}`.execute(db);
  return rows.map(({ seq }) => seq);
}

/** Returns the number of all deliveries that have not ended, and of those in a given list. */
async function stillOpen(
  { db }: Database<object>,
  some: readonly number[],
): Promise<{ readonly open: number; readonly heldOpen: number }> {
  const isSome = some.length === 0 ? sql`1 = 0` : sql`seq in (${sql.join(some)})`;
  const { rows } = await sql<{ open: number; held: number | null }>`
    select count(*) as open, sum(case when ${isSome} then 1 else 0 end) as held from bookend_delivery
    where state in ('waiting', 'sending')`.execute(db);
  return { open: Number(rows[0]?.open ?? 0), heldOpen: Number(rows[0]?.held ?? 0) };
}

/**
 * Returns whether the deliveries of the killed process ended in time: soon after its leases, or after the deliveries
 * that had been due for longer. With pg-boss, the time begins once all others have ended, since lost deliveries are
 * searched for only then.
 */
export function endedInTime(
  { heldMs, restMs }: CrashResult,
  {
    leaseMs,
    graceMs,
    pgBoss = false,
  }: { readonly leaseMs: number; readonly graceMs: number; readonly pgBoss?: boolean },
): boolean {
  return heldMs <= (pgBoss ? restMs + leaseMs : Math.max(leaseMs, restMs)) + graceMs;
}

function startWorker(setup: WorkerSetup): ChildProcess {
  const script = fileURLToPath(new URL("processes/crash-worker.ts", import.meta.url));
  return spawn(process.execPath, ["--conditions=@bookend/source", "--import", "tsx", script, JSON.stringify(setup)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}
