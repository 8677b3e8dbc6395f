// Requires a changeset and the version 1.0.0-0 for packages that were never released, so that their first release is
// 1.0.0. Requires a changeset for released packages whose published files have changed since. `check-changesets.mjs
// [repository]`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";
import { git, publishedPackages } from "./tarballs.mjs";

const repository = process.argv[2] ?? root;
const problems = [];

/** Files of a package that are not published, or that the release writes. */
const unpublished = /^(test|bench)\/|\.test(-d)?\.ts$|^(CHANGELOG\.md|(vitest|tsup)\.config\.ts|tsconfig\.json)$/;

/** Fields of package.json that do not affect users of the package. */
const internalFields = ["version", "scripts", "devDependencies"];

const changesets = readdirSync(join(repository, ".changeset"))
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => ({ file, text: readFileSync(join(repository, ".changeset", file), "utf8") }));
const packages = publishedPackages(repository);
const names = new Set(packages.map(({ manifest }) => manifest.name));

for (const { directory, manifest } of packages) {
  const { name, version } = manifest;
  const named = changesets.some(({ text }) => new RegExp(`^["']${name}["']: *(major|minor|patch)`, "m").test(text));
  if (!existsSync(join(directory, "CHANGELOG.md"))) {
    if (!named) problems.push(`${name} has neither a changeset nor a CHANGELOG.md`);
    if (version !== "1.0.0-0") {
      problems.push(`${name}: version is "${version}". Allowed before its first release: "1.0.0-0".`);
    }
    continue;
  }
  if (named) continue;
  const path = relative(repository, directory);
  const base = releaseOf(name, version, path);
  const changed = base === undefined ? [] : changedSince(base, path);
  if (base === undefined)
    problems.push(`${name}: the commit of ${version} is not in the history: fetch the complete history`);
  if (changed.length > 0) {
    problems.push(
      `${name} has no changeset, but these files have changed since ${version}: ${changed.slice(0, 5).join(", ")}`,
    );
  }
}
for (const { file, text } of changesets) {
  for (const [, name] of text.matchAll(/^["'](@[^"']+)["']:/gm)) {
    if (!names.has(name)) problems.push(`.changeset/${file} names ${name}, which is not a published package`);
  }
}
for (const problem of problems) console.error(`problem: ${problem}`);
console.log(`${names.size} packages, ${changesets.length} changesets`);
process.exit(problems.length > 0 ? 1 : 0);

/**
 * Returns the commit of a release: its tag, or without tags the last commit that changed the package's CHANGELOG.md.
 */
function releaseOf(name, version, path) {
  const tag = `${name}@${version}`;
  if (git(["tag", "--list", tag], repository).trim() !== "") return tag;
  if (git(["rev-parse", "--is-shallow-repository"], repository).trim() === "true") return undefined;
  return git(["log", "-1", "--format=%H", "--", `${path}/CHANGELOG.md`], repository).trim() || undefined;
}

/** Returns the published files of a package that differ between a commit and the working tree. */
function changedSince(base, path) {
  const changed = git(["diff", "--name-only", "--relative", base, "--", path], repository);
  const added = git(["ls-files", "--others", "--exclude-standard", "--", path], repository);
  return `${changed}\n${added}`
    .split("\n")
    .filter((file) => file !== "")
    .map((file) => relative(path, file))
    .filter((file) => !unpublished.test(file))
    .filter((file) => file !== "package.json" || manifestAt(base, path) !== manifestNow(path));
}

function manifestAt(base, path) {
  return publishedFields(git(["show", `${base}:${path}/package.json`], repository));
}

function manifestNow(path) {
  return publishedFields(readFileSync(join(repository, path, "package.json"), "utf8"));
}

function publishedFields(text) {
  const manifest = JSON.parse(text);
  for (const field of internalFields) delete manifest[field];
  return JSON.stringify(manifest);
}
