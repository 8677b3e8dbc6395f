import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { openDatabase, openOutbox, openStore } from "../../../src/index.js";
import { openEngine } from "../open-engine.js";

/** The input of a worker in a crash run, as JSON in its first argument. */
export interface WorkerSetup {
  readonly url: string;
  readonly name: string;
  readonly auditKeyFile: string;
  readonly outboxKey: string;
  /** A line is added to this file when an attempt begins. */
  readonly startsFile: string;
  readonly leaseMs: number;
  readonly concurrency: number;
  /** Duration of an attempt, in milliseconds. */
  readonly sendMs: number;
  readonly pgBoss: boolean;
}

// sends until it is killed or its standard input ends
const setup = JSON.parse(process.argv[2] ?? "{}") as WorkerSetup;
const { url, name, startsFile, concurrency, sendMs, leaseMs } = setup;
const database = await openDatabase<object>({ url });
const store = await openStore({ database, auditKey: readFileSync(setup.auditKeyFile, "utf8") });
const engine = setup.pgBoss ? await openEngine(url) : undefined;
const outbox = openOutbox({
  engine,
  database,
  audit: store.audit,
  keys: [{ id: "crash", secret: setup.outboxKey }],
  node: name,
  leaseMs,
});
const send = async ({ id }: { readonly id: string }) => {
  appendFileSync(startsFile, `${id} ${name}\n`);
  await setTimeout(sendMs);
  return { status: "sent" as const };
};
outbox.register?.(new Map([["Kit/note", { name: "note", send }]]));
await outbox.start({ concurrency });
console.log("started");
for await (const _ of process.stdin);
await outbox.close();
await engine?.close();
await store.close();
await database.close();
