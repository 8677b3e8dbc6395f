import { readFileSync } from "node:fs";
import { completeBinding } from "@bookend/core";
import { openDatabase, openStore } from "../../src/index.js";

// bind.ts URL KEY-FILE: writes a binding, and prints the time at which it was committed
const [url = "", keyFile = ""] = process.argv.slice(2);
const database = await openDatabase({ url });
const store = await openStore({ database, auditKey: readFileSync(keyFile, "utf8") });
const binding = completeBinding({ name: "elsewhere", events: ["auth"], handler: "Logging", action: "logging" });
await store.bindings.write([{ kind: "insert", binding }]);
console.log(Date.now());
await store.close();
await database.close();
