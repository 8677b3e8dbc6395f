// Checks that the examples of READMEs, guides and tutorials typecheck, run and print the output that they announce,
// with the tarballs that a release would publish. Each document has its own project, in which only its package and the
// imports of its examples are installed.
import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pnpm, root, run, runOrExit, tool } from "./run.mjs";
import { packAll, publishedPackages, tarballOf } from "./tarballs.mjs";

const { satisfies } = createRequire(join(root, "apps/reference/package.json"))("semver");

/** As many as CI machines have cores. */
const atOnce = 2;
/** Maximum milliseconds for running an example. */
const patienceMs = 60_000;

/**
 * Dependencies that require a newer Node.js, but work on this version: Fastify's light-my-request needs cookie; pg-boss
 * is tested here, and the README of its engine documents the requirement.
 */
const newerEngines = ["cookie", "pg-boss"];

/** Provides a PostgreSQL server for an example that needs one. */
const onPostgres = ["--import", import.meta.resolve("tsx"), join(root, "scripts", "run-on-postgres.mjs")];

const problems = [];
await packAll(atOnce);
const packages = publishedPackages();
const manifests = new Map(packages.map(({ manifest }) => [manifest.name, manifest]));
const tarballs = Object.fromEntries(
  packages.map(({ folder, manifest }) => [manifest.name, `file:${tarballOf(folder)}`]),
);
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const work = mkdtempSync(join(tmpdir(), "bookend-examples-"));
try {
  const projects = documents().flatMap(projectOf);
  installAll();
  reportEngines();
  if (run([tool("tsc"), "-p", "."], { cwd: work }) !== 0) problems.push("examples do not typecheck: see above");
  else await runAll(projects);
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (problems.length > 0) {
  console.error(`\n${problems.map((problem) => `problem: ${problem}`).join("\n")}`);
  process.exit(1);
}
console.log(`\n${packages.length} packages have examples that run.`);

/** Returns all documents with examples: the README of each package, and the pages of the site. */
function documents() {
  const readmes = packages.map(({ folder, directory, manifest }) => {
    return { name: manifest.name, folder, file: join(directory, "README.md"), own: manifest };
  });
  const pages = ["guides", "tutorials"].flatMap((folder) =>
    readdirSync(join(root, "docs", folder))
      // the commands of the administrator's tutorial are run by a test of the demo
      .filter((name) => name.endsWith(".md") && name !== "administrator.md")
      .map((name) => ({
        name: `docs/${folder}/${name}`,
        folder: `page-${name}`,
        file: join(root, "docs", folder, name),
      })),
  );
  return [...readmes, ...pages];
}

/** Writes the project of a document. */
function projectOf({ name, folder, file, own }) {
  const examples = examplesOf(file);
  if (examples.length === 0) {
    problems.push(`${name}: has no example.ts`);
    return [];
  }
  const directory = join(work, "projects", folder);
  mkdirSync(directory, { recursive: true });
  const dependencies = dependenciesOf(examples, own);
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ name: folder, private: true, type: "module", dependencies }),
  );
  examples.forEach((text, index) => {
    writeFileSync(join(directory, `example-${index}.ts`), text);
  });
  return [{ name, directory, examples }];
}

/** Returns the TypeScript code blocks whose first line is `// example.ts`. */
function examplesOf(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/```ts\n(\/\/ example\.ts\b[^\n]*\n[\s\S]*?)```/g)].map((match) => match[1]);
}

/**
 * Returns the packages that a reader of the document installs: the package, its peers, and the imports of the examples.
 */
function dependenciesOf(examples, own) {
  const imported = [...examples.join("\n").matchAll(/from "((?:@[\w-]+\/)?[\w-]+)(?=["/])/g)].map(([, name]) => name);
  const peers = Object.keys(own?.peerDependencies ?? {});
  const named = [...new Set([...(own ? [own.name] : []), ...peers, ...imported])];
  return Object.fromEntries(
    named.flatMap((name) => {
      const version = tarballs[name] ?? versionOf(name, own);
      if (version === undefined)
        throw new Error(`${name} is imported by an example, but no package specifies its version`);
      const types = versionOf(`@types/${name}`, own);
      return [[name, version], ...(types === undefined ? [] : [[`@types/${name}`, types]])];
    }),
  );
}

/**
 * Returns the version range of a third-party package according to the document's package, or else according to any
 * package of this repository.
 */
function versionOf(name, own) {
  for (const manifest of [own, ...manifests.values()]) {
    for (const field of ["peerDependencies", "dependencies", "devDependencies"]) {
      const version = manifest?.[field]?.[name];
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** Installs the dependencies of all projects once. Each project only has links to its dependencies. */
function installAll() {
  writeFileSync(
    join(work, "pnpm-workspace.yaml"),
    JSON.stringify({
      packages: ["projects/*"],
      nodeLinker: "isolated",
      hoist: false,
      ignoreScripts: true,
      engineStrict: false,
      // dependencies of a tarball on packages of this repository are tarballs as well
      overrides: tarballs,
    }),
  );
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  writeFileSync(
    join(work, "package.json"),
    JSON.stringify({
      name: "examples",
      private: true,
      devDependencies: { "@types/node": devDependencies["@types/node"] },
    }),
  );
  writeFileSync(
    join(work, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...strict, target: "ES2022", module: "NodeNext", types: ["node"] },
      include: ["projects/*/*.ts"],
    }),
  );
  runOrExit([...pnpm, "install", "--prefer-offline", "--no-frozen-lockfile", "--reporter=append-only"], {
    cwd: work,
    quiet: true,
  });
}

/** Reports the dependencies that do not support the Node.js version of this process. */
function reportEngines() {
  const store = join(work, "node_modules", ".pnpm");
  const folders = readdirSync(store, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const folder of folders) {
    for (const { name, engines } of installedIn(join(store, folder.name, "node_modules"))) {
      const wanted = engines?.node;
      if (wanted === undefined || satisfies(process.version, wanted) || newerEngines.includes(name)) continue;
      problems.push(`${name} requires Node.js ${wanted}, but this is ${process.version}`);
    }
  }
}

/** Returns the manifests of the packages in a folder `node_modules`. */
function installedIn(folder) {
  const names = readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.flatMap((name) => {
    const file = join(folder, name, "package.json");
    // linked dependencies of the package are listed separately
    return name.startsWith(".") || lstatSync(join(folder, name)).isSymbolicLink()
      ? []
      : [JSON.parse(readFileSync(file, "utf8"))];
  });
}

/** Runs all examples, several at a time. */
async function runAll(projects) {
  const waiting = projects.flatMap(({ name, directory, examples }) =>
    examples.map((example, index) => ({ name, directory, example, index })),
  );
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const problem = await problemOf(next);
        if (problem !== undefined) problems.push(`${next.name}: example ${next.index + 1} ${problem}`);
        else console.log(`${next.name}: example ${next.index + 1} runs`);
      }
    }),
  );
}

/** Runs an example. Returns undefined if it prints the announced output, otherwise the problem. */
async function problemOf({ directory, example, index }) {
  const runner = example.includes("process.env.DATABASE_URL") ? onPostgres : [];
  const { code, stdout, stderr } = await output([...runner, `example-${index}.js`], directory);
  if (code !== 0) return `does not run: ${stderr}`;
  const printed = stdout.replace(/\s+/g, " ");
  const missing = printedBy(example).find((said) => {
    const parts = said.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return !new RegExp(parts.join(".*")).test(printed);
  });
  return missing === undefined ? undefined : `does not print ${missing}, but ${printed}`;
}

/**
 * Returns the output that an example announces: comments that follow `console.log`, or that begin with "prints". A
 * comment can contain several outputs, separated by ", then "; "…" matches anything.
 */
function printedBy(example) {
  return [...example.matchAll(/(?:console\.log\(.*\/\/|\/\/ prints) (.+)$/gm)].flatMap(([, said]) =>
    said.split(", then "),
  );
}

/** Runs Node.js, and waits until it ends. */
function output(args, cwd) {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: patienceMs });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (chunk) => {
      printed[stream] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...printed }));
  });
}
