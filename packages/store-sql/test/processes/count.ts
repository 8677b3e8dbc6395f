import { readFileSync } from "node:fs";
import { openDatabase, openStore } from "../../src/index.js";

// count.ts URL KEY-FILE NODE TIMES: adds 1 to a counter as many times
const [url = "", keyFile = "", node = "", times = ""] = process.argv.slice(2);
// a slow disk must not fail this test, which is about counts
const patienceMs = 120_000;
const database = await openDatabase({ url, acquireTimeoutMs: patienceMs, busyTimeoutMs: patienceMs });
const store = await openStore({ database, auditKey: readFileSync(keyFile, "utf8"), node });
await Promise.all(Array.from({ length: Number(times) }, () => store.counters.add("c", 1)));
await store.close();
await database.close();
