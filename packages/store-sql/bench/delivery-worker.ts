// One of the processes of `bench:deliveries`. It drains between two messages of its parent.
import { type Kysely, sql } from "kysely";
import { openDatabase, openOutbox, openStore } from "../src/index.js";
import { openEngine } from "../test/outbox/open-engine.js";

/** A message to a worker. */
export type WorkerTask = { readonly do: "stop" } | { readonly do: "begin" } | Preparation;

interface Preparation {
  readonly do: "prepare";
  readonly url: string;
  readonly by: "loop" | "embedded" | "pg-boss";
  readonly audited: boolean;
  readonly auditKey: string;
  readonly outboxKey: { readonly id: string; readonly secret: string };
  readonly concurrency: number;
}

const noAudit = { begin: () => ({ success: () => undefined, failure: () => undefined }) };
let begin: (() => Promise<void>) | undefined;
let stop: (() => Promise<void>) | undefined;

process.on("message", (task: WorkerTask) => {
  void perform(task).then((done) => process.send?.(done));
});

async function perform(task: WorkerTask): Promise<object> {
  if (task.do === "begin") await begin?.();
  else if (task.do === "stop") await stop?.();
  else await prepare(task);
  const { user, system } = process.cpuUsage();
  return { done: task.do, cpuMicros: user + system };
}

async function prepare(task: Preparation): Promise<void> {
  const { url, by, audited, auditKey, outboxKey, concurrency } = task;
  const database = await openDatabase<object>({ url });
  if (by === "loop") {
    let working: Promise<void> | undefined;
    begin = async () => {
      working = drain(database.db, concurrency);
    };
    stop = async () => {
      await working;
      await database.close();
    };
    return;
  }
  const store = await openStore({ database, auditKey });
  const engine = by === "pg-boss" ? await openEngine(url) : undefined;
  const outbox = openOutbox({ database, audit: audited ? store.audit : noAudit, keys: [outboxKey], engine });
  const kind = { name: "note", send: () => ({ status: "sent" as const }) };
  outbox.register?.(new Map([["Kit/note", kind]]));
  begin = () => outbox.start({ concurrency });
  stop = async () => {
    await outbox.close();
    await engine?.close();
    await store.close();
    await database.close();
  };
}

/**
 * Drains the jobs of the baseline: claims, reads and completes `concurrency` jobs at a time, without any other work.
 */
async function drain(db: Kysely<object>, concurrency: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ seq: number; payload: string }>`
      update bare_job set state = 'sending' where seq in (
        select seq from bare_job where state = 'waiting' order by seq limit ${concurrency} for update skip locked
      ) returning seq, payload`.execute(db);
    if (rows.length === 0) return;
    const seqs = JSON.stringify(rows.map(({ seq }) => seq));
    await sql`update bare_job set state = 'sent' where seq in (
      select cast(value as bigint) from jsonb_array_elements_text(cast(${seqs} as jsonb)))`.execute(db);
  }
}
