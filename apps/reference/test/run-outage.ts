import { runOutages } from "./outage.js";

// run-outage.ts [ROUNDS]: kills PostgreSQL under load that many times, and prints the observations
const report = await runOutages(Number(process.argv[2] ?? 10));
console.log(JSON.stringify(report, null, 2));
const failed = "skip" in report || report.lost.length > 0 || report.unexpected.length > 0 || !report.auditOk;
process.exitCode = failed ? 1 : 0;
