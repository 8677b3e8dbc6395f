// Runs the adapter test suite for @bookend/fetch on Bun, Deno and newer versions of Node.js. A runtime that cannot be
// installed is skipped, with the reason.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsup";
import { root, run } from "./run.mjs";
import { runtime } from "./runtimes.mjs";

const runtimes = {
  "Node.js 22": [],
  "Node.js 24": [],
  Bun: ["run"],
  Deno: ["run", "--allow-all", "--no-lock", "--quiet"],
};

const work = mkdtempSync(join(tmpdir(), "bookend-runtimes-"));
const failed = [];
try {
  // one file without imports, since runtimes resolve packages differently
  await build({
    entry: { suite: join(root, "packages/fetch/test/processes/runtime-suite.ts") },
    outDir: work,
    config: false,
    silent: true,
    format: "esm",
    platform: "node",
    target: "node20",
    noExternal: [/.*/],
    outExtension: () => ({ js: ".mjs" }),
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    esbuildOptions(options) {
      options.conditions = ["@bookend/source"];
    },
  });
  for (const [name, options] of Object.entries(runtimes)) {
    const { binary, reason } = runtime(name);
    if (binary === undefined) console.log(`skipped: ${name}: ${reason}`);
    else if (run([binary, ...options, join(work, "suite.mjs")], { cwd: work }) !== 0) failed.push(name);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const name of failed) console.error(`problem: the adapter suite fails on ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
