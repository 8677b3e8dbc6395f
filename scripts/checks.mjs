// Runs the checks that a release requires in addition to the tests, two at a time, and prints the output and the
// duration of each. `checks.mjs NAME…` runs only the named checks.
import { spawn } from "node:child_process";
import { pnpm, root } from "./run.mjs";
import { packAll, releaseCopy } from "./tarballs.mjs";

/** Returns the command that runs a script of package.json. */
const script = (name) => [...pnpm, "run", name];
/** Returns the command that runs a file of this folder. */
const file = (name) => [process.execPath, `scripts/${name}.mjs`];

/** The checks by their names, slowest first, so that no slow check starts last. */
const checks = {
  examples: file("check-examples"),
  "core versions": script("check:core-floor"),
  release: script("check:release"),
  packages: file("check-packages"),
  "public surface": script("check:api"),
  documentation: file("check-docs"),
  handlers: script("check:handlers"),
  "new handlers": script("check:create-handler"),
  "Node.js versions": file("check-node-versions"),
  imports: script("check:imports"),
  "zod versions": file("check-zod-floor"),
  runtimes: file("check-runtimes"),
  lint: script("lint"),
  "unused code": script("knip"),
  workspace: script("sherif"),
  dialect: script("check:dialect"),
  recipes: script("check:recipes"),
  changesets: file("check-changesets"),
  English: file("check-english"),
  messages: file("check-messages"),
  spelling: script("check:spelling"),
  manifests: file("check-manifests"),
};

/** The checks that install the packages of the next release. */
const installing = ["examples", "packages", "core versions", "release", "new handlers", "zod versions"];

/** As many concurrent checks as CI machines have cores. */
const atOnce = 2;
/**
 * Number of lines of a failed check that are printed again at the end, since often only the end of a long log is kept.
 */
const shownLines = 60;
/** Milliseconds after which a check is considered hung. */
const patienceMs = 20 * 60_000;

const unknown = process.argv.slice(2).filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(", ")}. Allowed: ${Object.keys(checks).join(", ")}.`);
  process.exit(2);
}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
const failed = [];

const env = { ...process.env };
if (wanted.some((name) => installing.includes(name))) {
  await packAll(atOnce);
  env.BOOKEND_RELEASE_COPY = releaseCopy();
}
const waiting = [...wanted];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { passed, output } = await runCheck(name, checks[name]);
      if (!passed) failed.push({ name, output });
    }
  }),
);
for (const { name, output } of failed) {
  const lines = output.trimEnd().split("\n");
  console.log(`\n== ${name} failed; the last of its ${lines.length} lines:\n${lines.slice(-shownLines).join("\n")}`);
}
const names = failed.map(({ name }) => name).join(", ");
console.log(`\n${wanted.length} checks, ${failed.length} failed${failed.length === 0 ? "" : `: ${names}`}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs a check and prints its output. */
function runCheck(name, [program, ...args]) {
  const began = Date.now();
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], timeout: patienceMs });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => printed.push(chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => printed.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (code, signal) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      const outcome = code === 0 ? "passed" : `failed (${code ?? signal})`;
      const output = Buffer.concat(printed).toString();
      process.stdout.write(`\n== ${name}\n${output}== ${name} ${outcome} after ${seconds} s\n`);
      resolve({ passed: code === 0, output });
    });
  });
}
