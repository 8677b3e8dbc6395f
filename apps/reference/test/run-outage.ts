import { runOutages } from "./outage.js";

// run-outage.ts [ROUNDS]: kills and restarts PostgreSQL ROUNDS times under load, and prints the result
const report = await runOutages(Number(process.argv[2] ?? 10));
console.log(JSON.stringify(report, null, 2));
const failed = "skip" in report || report.lost.length > 0 || report.unexpected.length > 0 || !report.auditOk;
process.exitCode = failed ? 1 : 0;
