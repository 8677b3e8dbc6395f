// `npm test`: installs dependencies, builds, runs the tests of every package, and reports which were skipped and why.
// `npm run test:slow`: the same for the slow tests in `*.slow.test.ts`: crashes, races, browsers, bulk data. `.ci/run`
// runs both.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { install, run, runOrExit, tool, turbo } from "./run.mjs";

const slow = process.argv.includes("--slow");

install();
runOrExit([...turbo, "run", "build", "--output-logs=errors-only"]);

const reports = mkdtempSync(join(tmpdir(), "bookend-reports-"));
// quick tests often wait for a deadline or a database, so three packages share two cores; slow tests start heavy
// processes
const atOnce = slow ? 2 : 3;
const code = run(
  [...turbo, "run", "test", "--continue", `--concurrency=${atOnce}`, "--output-logs=full", "--log-order=grouped"],
  {
    env: { BOOKEND_TEST_REPORTS: reports, BOOKEND_TESTS: slow ? "slow" : "quick" },
  },
);

const totals = { passed: 0, failed: 0, skipped: 0 };
const skipped = [];
const failed = [];

// code that must not compile is in *.test-d.ts: checking it as one program for all packages takes seconds; one program
// for each package took minutes
for (const program of slow ? [] : ["tsconfig.json", "packages/admin-ui/app/tsconfig.json"]) {
  if (run([tool("tsc"), "-p", program]) === 0) totals.passed += 1;
  else {
    totals.failed += 1;
    failed.push(`types: tsc -p ${program}`);
  }
}
for (const file of readdirSync(reports)) {
  const { testResults } = JSON.parse(readFileSync(join(reports, file), "utf8"));
  const name = file.replace(/\.json$/, "");
  for (const suite of testResults) {
    // a file that fails outside its tests counts as one failure
    if (suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed")) {
      totals.failed += 1;
      failed.push(`${name}: ${suite.name}${reason(suite.message)}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === "passed") totals.passed += 1;
      else if (test.status === "failed") {
        totals.failed += 1;
        failed.push(`${name}: ${test.fullName}${reason(test.failureMessages.join("\n"))}`);
      } else {
        totals.skipped += 1;
        skipped.push(`${name}: ${test.fullName}`);
      }
    }
  }
}
rmSync(reports, { recursive: true });

if (skipped.length > 0)
  console.log(`\nSkipped, with the reason in the name:\n${skipped.map((line) => `  ${line}`).join("\n")}`);
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((line) => `  ${line}`).join("\n")}`);
// a package that failed without a report must not count as a success
if (code !== 0 && totals.failed === 0) totals.failed = 1;
if (totals.passed === 0) {
  console.error("No test ran.");
  totals.failed += 1;
}
const skippedPart = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skippedPart}`);
process.exit(totals.failed > 0 ? 1 : 0);

/** Returns the beginning of a failure's message, since often only the end of a long log is kept. */
function reason(message = "") {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines
    .slice(0, 12)
    .map((line) => `\n      ${line}`)
    .join("");
}
