import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@bookend/core";
import { generateAuditKey, generateOutboxKey, openDatabase, openOutbox, openStore } from "../../src/index.js";
import { openEngine } from "./open-engine.js";
import type { WorkerSetup } from "./processes/crash-worker.js";
import { noteOf } from "./test-outbox.js";

/** One run: deliveries, two processes that send them, one of which is killed. */
export interface CrashRun {
  readonly url: string;
  readonly deliveries: number;
  /** Milliseconds after which one process is killed. */
  readonly killAfterMs: number;
  readonly leaseMs: number;
  readonly concurrency: number;
  readonly sendMs: number;
  /** Schedules deliveries by pg-boss instead. @default false */
  readonly pgBoss?: boolean | undefined;
}

/** Observations of a run. */
export interface CrashResult {
  /** Not sent in the end. */
  readonly lost: number;
  /** Begun more than once. */
  readonly twice: number;
  /** Milliseconds from the kill until all were sent. */
  readonly doneAfterMs: number;
  /** Of those, how long what the killed process left took after everything else was sent. */
  readonly leftMs: number;
  /** The audit entries about them: one entry each. */
  readonly audited: number;
  readonly verifies: boolean;
}

/** Longest run, in milliseconds. */
const patienceMs = 180_000;

/** Runs it. */
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
    let restDoneAt: number | undefined;
    for (;;) {
      const { waiting, sending } = await outbox.counts();
      const now = performance.now();
      if (waiting === 0 && sending <= run.concurrency) restDoneAt ??= now;
      if (waiting + sending === 0) break;
      if (now - killed > patienceMs) break;
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
      leftMs: Math.round(done - (restDoneAt ?? done)),
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

function startWorker(setup: WorkerSetup): ChildProcess {
  const script = fileURLToPath(new URL("processes/crash-worker.ts", import.meta.url));
  return spawn(process.execPath, ["--conditions=@bookend/source", "--import", "tsx", script, JSON.stringify(setup)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}
