// Checks that a release needs: every package is packed, its tarball linted, and the examples of READMEs and guides typecheck, run and print
// what they say, from tarballs alone.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, tool } from "./run.mjs";
import { publishedPackages, tarballOf } from "./tarballs.mjs";

const work = mkdtempSync(join(tmpdir(), "bookend-packages-"));
const problems = [];

const packages = publishedPackages();
const [only] = process.argv.slice(2);
if (only !== undefined && only !== "--lint" && only !== "--examples") {
  console.error(`${only} is not valid. Allowed: --lint, --examples, or nothing for both.`);
  process.exit(2);
}

for (const entry of packages) {
  const { folder, directory, manifest } = entry;
  for (const file of ["README.md", "LICENSE"]) {
    if (!existsSync(join(directory, file))) problems.push(`${manifest.name}: ${file} is missing`);
  }
  // a tarball must not contain what an earlier build left in dist
  if (manifest.scripts?.prepack !== "tsup") problems.push(`${manifest.name}: scripts.prepack must be "tsup"`);
  entry.tarball = tarballOf(folder);
  if (only === "--examples") continue;
  console.log(`\n# ${folder}`);
  if (run([tool("publint"), "run", entry.tarball, "--strict"]) !== 0) problems.push(`${manifest.name}: publint`);
  if (
    run([tool("attw"), entry.tarball, "--profile", "esm-only", "--no-emoji", "--format", "ascii"], { quiet: true }) !==
    0
  ) {
    problems.push(`${manifest.name}: attw`);
  }
}

const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));

/** The package and the packages of this repository that it needs. */
function withDependencies(name, found = new Set()) {
  const entry = byName.get(name);
  if (!entry || found.has(entry)) return found;
  found.add(entry);
  const { dependencies = {}, peerDependencies = {} } = entry.manifest;
  for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) withDependencies(needed, found);
  return found;
}

/**
 * Dependencies that ask for a newer Node.js and run on this one: Fastify's light-my-request needs cookie; pg-boss is tested here, and the README of
 * its engine says what it asks for.
 */
const newerEngines = /^(?:cookie|pg-boss)@/;

/** Installs as a consumer does, and reports dependencies that ask for another Node.js. */
function install(name, project, wanted) {
  // as for a consumer: what pnpm passes on to its scripts is not their setting
  const options = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--engine-strict=false"];
  const npm = spawnSync("npm", ["install", ...options, "--loglevel=warn", ...wanted], {
    cwd: project,
    encoding: "utf8",
  });
  if (npm.error || npm.status !== 0) {
    console.error(npm.error ?? npm.stderr);
    process.exit(1);
  }
  for (const [, found] of npm.stderr.matchAll(/EBADENGINE\s+package: '([^']+)'/g)) {
    if (!newerEngines.test(found)) problems.push(`${name}: ${found} asks for another Node.js than ${process.version}`);
  }
}

/** The output that an example announces: comments that follow `console.log`, or that begin with "prints". "…" stands for anything. */
function printedBy(example) {
  return [...example.matchAll(/(?:console\.log\(.*\/\/|\/\/ prints) (.+)$/gm)].flatMap(([, said]) =>
    said.split(", then "),
  );
}

/** Puts a PostgreSQL server below an example that asks for one. */
const onPostgres = ["--import", import.meta.resolve("tsx"), join(root, "scripts", "run-on-postgres.mjs")];

/** Runs an example; undefined if it prints what it says, otherwise what is wrong. */
function problemOf(example, file, project) {
  const runner = example.includes("process.env.DATABASE_URL") ? onPostgres : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runner, file], {
    cwd: project,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) return `does not run: ${stderr}`;
  const printed = stdout.replace(/\s+/g, " ");
  const missing = printedBy(example).find((said) => {
    const parts = said.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return !new RegExp(parts.join(".*")).test(printed);
  });
  return missing === undefined ? undefined : `does not print ${missing}, but ${printed}`;
}

/** TypeScript code blocks of a README or a guide whose first line is `// example.ts`. */
function examplesOf(file) {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(/```ts\n(\/\/ example\.ts\b[^\n]*\n[\s\S]*?)```/g)].map((match) => match[1]);
}

const pages = ["guides", "tutorials"].flatMap((folder) =>
  readdirSync(join(root, "docs", folder)).map((name) => ({ folder, name, file: join(root, "docs", folder, name) })),
);
const documents =
  only === "--lint"
    ? []
    : [
        ...packages.map(({ folder, directory, manifest }) => {
          return {
            folder,
            name: manifest.name,
            text: "README",
            file: join(directory, "README.md"),
            own: manifest.name,
          };
        }),
        ...pages
          // the commands of this one are run by a test of the demo
          .filter(({ name }) => name.endsWith(".md") && name !== "administrator.md")
          .map(({ folder, name, file }) => ({
            folder: `page-${name}`,
            name: `docs/${folder}/${name}`,
            text: "page",
            file,
          })),
      ];

for (const { folder, name, text: document, file, own } of documents) {
  const examples = examplesOf(file);
  if (examples.length === 0) {
    problems.push(`${name}: ${document} has no example.ts`);
    continue;
  }
  const project = join(work, `consumer-${folder}`);
  mkdirSync(project);
  const needs = own === undefined ? [] : withDependencies(own);
  const tarballs = [...needs, ...alsoImported(examples)].map((entry) => entry.tarball);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strict, target: "ES2022", module: "NodeNext", types: ["node"] } }),
  );
  const needed = [
    "typescript@5.9.3",
    "@types/node@20",
    ...(examples.some((text) => /from "zod"/.test(text)) ? ["zod@4"] : []),
  ];
  install(name, project, [...new Set(tarballs), ...needed]);
  examples.forEach((text, index) => {
    writeFileSync(join(project, `example-${index}.ts`), text);
  });
  if (run([join(project, "node_modules", ".bin", "tsc"), "-p", "."], { cwd: project }) !== 0) {
    problems.push(`${name}: an example of the ${document} does not typecheck`);
    continue;
  }
  examples.forEach((text, index) => {
    const problem = problemOf(text, `example-${index}.js`, project);
    if (problem !== undefined) problems.push(`${name}: example ${index + 1} of the ${document} ${problem}`);
  });
  console.log(`${name}: ${examples.length} example(s) run from tarballs`);
}

/** Packages of this repository that an example imports in addition to its own. */
function alsoImported(examples) {
  const found = new Set();
  for (const [, name] of examples.join("\n").matchAll(/from "(@bookend\/[\w-]+)/g)) withDependencies(name, found);
  return found;
}

rmSync(work, { recursive: true, force: true });
if (problems.length > 0) {
  console.error(`\n${problems.map((problem) => `problem: ${problem}`).join("\n")}`);
  process.exit(1);
}
const done = only === "--examples" ? "have examples that run" : "are fit to be published";
console.log(`\n${packages.length} packages ${done}.`);
