// Runs the tests of each handler against the packed version of the oldest core that its peer range allows:
// `check-core-floor.mjs [handler…]`. The version of the next release is packed from the workspace; older versions come
// from the npm registry.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pnpm, root, run, runOrExit } from "./run.mjs";
import { releaseCopy, tarballOf } from "./tarballs.mjs";

const { minVersion } = createRequire(join(root, "apps/reference/package.json"))("semver");
const npm = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--loglevel=error"];
const work = mkdtempSync(join(tmpdir(), "bookend-core-floor-"));
const wanted = process.argv.slice(2);
const packageOf = (name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
const handlers = readdirSync(join(root, "packages")).filter(
  (name) => name.startsWith("handler-") && (wanted.length === 0 || wanted.includes(name)),
);
/** The version of the next release. */
const { version: current } = JSON.parse(readFileSync(join(releaseCopy(), "packages/core/package.json"), "utf8"));

const installed = new Map();
const failed = [];
for (const name of handlers) {
  const range = packageOf(name).peerDependencies["@bookend/core"];
  const { version } = minVersion(range);
  if (!installed.has(version)) installed.set(version, install(version));
  console.log(`${name} (${range}) on core ${version}`);
  const code = run([...pnpm, "exec", "vitest", "run", "--reporter=dot"], {
    cwd: join(root, "packages", name),
    env: { BOOKEND_CORE: installed.get(version) },
    quiet: true,
  });
  if (code !== 0) failed.push(`${name} on core ${version}`);
}
rmSync(work, { recursive: true, force: true });
for (const line of failed) console.error(`failed: ${line}`);
console.log(`${handlers.length} handlers, ${failed.length} problems`);
process.exitCode = handlers.length > 0 && failed.length === 0 ? 0 : 1;

/** Returns the entry file of a version of core, installed from its tarball. */
function install(version) {
  const directory = mkdtempSync(join(work, `${version}-`));
  writeFileSync(join(directory, "package.json"), JSON.stringify({ private: true, type: "module" }));
  runOrExit([...npm, version === current ? tarballOf("core") : `@bookend/core@${version}`], { cwd: directory });
  return join(directory, "node_modules/@bookend/core/dist/index.js");
}
