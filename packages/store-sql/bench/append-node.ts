import { readFileSync } from "node:fs";
import { openDatabase, openStore } from "@bookend/store-sql";
import { call } from "../test/audit-entries.js";

// append-node.ts URL KEYFILE MILLISECONDS: appends entries with 100 concurrent calls, for that many milliseconds.
// Begins at the time that it reads from standard input (milliseconds since 1970). Prints the number of rows that it
// wrote, and the microseconds of CPU time that they took.
const [url = "", keyFile = "", milliseconds = ""] = process.argv.slice(2);
const database = await openDatabase({ url });
const { audit, close } = await openStore({ database, auditKey: readFileSync(keyFile, "utf8") });
const append = () => audit.call(call({ userAgent: "Mozilla/5.0 (X11)" }));
// before the measurement, since the first row begins the chain of this process
await append();
process.stdout.write("ready\n");
process.stdin.once("data", async (startsAt) => {
  await new Promise((resolve) => setTimeout(resolve, Number(startsAt) - Date.now()));
  const end = performance.now() + Number(milliseconds);
  const cpu = process.cpuUsage();
  let rows = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await append();
      rows += 1;
    }
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(`${JSON.stringify({ rows, cpu: user + system })}\n`, async () => {
    await close();
    await database.close();
    process.exit();
  });
});
