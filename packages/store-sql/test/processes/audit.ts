import { readFileSync } from "node:fs";
import { openDatabase, openStore } from "../../src/index.js";
import { call } from "../audit-entries.js";

// audit.ts URL KEY-FILE NAME TIMES: writes four entries as many times: one alone, then three together
const [url = "", keyFile = "", name = "", times = ""] = process.argv.slice(2);
const database = await openDatabase({ url });
const store = await openStore({ database, auditKey: readFileSync(keyFile, "utf8") });
for (let round = 0; round < Number(times); round++) {
  await store.audit.call(call({ id: `${name}-${round}` }));
  await Promise.all([1, 2, 3].map((part) => store.audit.call(call({ id: `${name}-${round}-${part}` }))));
}
await store.close();
await database.close();
