import { generateAuditKey, openDatabase, openStore, sql } from "../src/index.js";
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
  const { audit, counters, close } = await openStore({ database, auditKey: generateAuditKey() });
  await rate(`${name}: bare commits of one row`, 1, () =>
    sql`update bookend_revision set bindings = bindings + 1`.execute(database.db),
  );
  for (const concurrency of [1, 10, 100]) {
    await rate(`${name}: audit appends`, concurrency, () => audit.call(call({ userAgent: "Mozilla/5.0 (X11)" })));
  }
  for (const concurrency of [1, 10]) await rate(`${name}: counter increments`, concurrency, () => counters.add("c", 1));
  const start = performance.now();
  const { checked, ok } = await audit.verify();
  const perSecond = Math.round(checked / ((performance.now() - start) / 1000));
  console.log(`${name}: rows verified (${ok}): ${perSecond.toLocaleString("en")}/s`);
  await close();
  await database.close();
}

await onEachDatabase(measure);
