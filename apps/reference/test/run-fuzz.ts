import { fuzzRuns } from "@bookend/conformance/hostile";
import { fuzzApp } from "./fuzz.js";

// run-fuzz.ts [SEED]: as many random requests as BOOKEND_FUZZ_RUNS says; prints what was seen
const runs = fuzzRuns(100_000);
const seed = Number(process.argv[2] ?? 1);
const began = performance.now();
const report = await fuzzApp({ runs, seed, tell: console.error });
console.log(JSON.stringify({ seed, seconds: Math.round((performance.now() - began) / 1_000), ...report }, null, 2));
process.exitCode = Object.keys(report.faults).length > 0 || !report.auditOk ? 1 : 0;
