import { readFileSync } from "node:fs";
import { openDatabase, openStore } from "../../src/index.js";
import { call } from "../audit-entries.js";

// audit-load.ts URL KEY-FILE NAME CALLERS CALLS: each caller repeatedly counts and writes an entry; prints the results
// as JSON
const [url = "", keyFile = "", name = "", callers = "", calls = ""] = process.argv.slice(2);
const database = await openDatabase({ url });
const store = await openStore({ database, auditKey: readFileSync(keyFile, "utf8") });
let written = 0;
let longestMs = 0;
const failed: string[] = [];
const caller = async (number: number) => {
  for (let round = 0; round < Number(calls); round++) {
    const start = performance.now();
    try {
      await store.counters.add(name, 1);
      await store.audit.call(call({ id: `${name}-${number}-${round}` }));
      written += 1;
    } catch (error) {
      failed.push(error instanceof Error && "code" in error ? String(error.code) : String(error));
    }
    longestMs = Math.max(longestMs, performance.now() - start);
  }
};
await Promise.all(Array.from({ length: Number(callers) }, (_, number) => caller(number)));
await store.close();
await database.close();
console.log(JSON.stringify({ written, failed, longestMs: Math.round(longestMs) }));
