// Runs the tests of the examples on Node.js 22 and 24, in addition to the version that runs all tests. A version that
// cannot be installed is skipped, with the reason.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { runtime } from "./runtimes.mjs";

const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const failed = [];
for (const version of ["Node.js 22", "Node.js 24"]) {
  const { binary, reason } = runtime(version);
  if (binary === undefined) {
    console.log(`skipped: ${version}: ${reason}`);
    continue;
  }
  for (const example of readdirSync(join(root, "examples"))) {
    const folder = join(root, "examples", example);
    if (run([binary, vitest, "run", "--maxWorkers=1", "--silent"], { cwd: folder }) !== 0)
      failed.push(`${example} on ${version}`);
  }
}
for (const name of failed) console.error(`problem: the tests of the example ${name} fail`);
process.exitCode = failed.length === 0 ? 0 : 1;
