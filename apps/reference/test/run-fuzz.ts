import { fuzzRuns, fuzzSeed } from "@bookend/test-kit/hostile";
import { fuzzApp } from "./fuzz.js";

// run-fuzz.ts [sockets]: sends BOOKEND_FUZZ_RUNS random requests with the seed BOOKEND_FUZZ_SEED, and prints the
// observations
const runs = fuzzRuns(100_000);
const seed = fuzzSeed();
const sockets = process.argv[2] === "sockets";
const began = performance.now();
const report = await fuzzApp({ runs, seed, sockets, tell: console.error });
console.log(
  JSON.stringify({ seed, sockets, seconds: Math.round((performance.now() - began) / 1_000), ...report }, null, 2),
);
process.exitCode = Object.keys(report.faults).length > 0 || !report.auditOk ? 1 : 0;
