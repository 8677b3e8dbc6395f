// Tests a release in a copy: `changeset version` sets the version of each unreleased package to 1.0.0, a change without
// a changeset is detected before and after that release, and every package can be published to a registry, installed
// from it and imported.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm, publish, startRegistry } from "./registry.mjs";
import { root } from "./run.mjs";
import { commit, copyRepository, publishedPackages, releaseCopy, tarballOf, version } from "./tarballs.mjs";

const work = mkdtempSync(join(tmpdir(), "bookend-release-"));
const problems = [];
let registry;
try {
  checkVersions();
  checkChangesets();
  registry = await startRegistry(work);
  publishAndInstall();
} finally {
  registry?.stop();
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.error(`problem: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkVersions() {
  const released = new Map(publishedPackages(releaseCopy()).map(({ folder, manifest }) => [folder, manifest.version]));
  const first = publishedPackages().filter(({ directory }) => !existsSync(join(directory, "CHANGELOG.md")));
  for (const { folder, manifest } of first) {
    if (released.get(folder) !== "1.0.0") {
      problems.push(`${manifest.name}: the first release is ${released.get(folder)}. Allowed: 1.0.0.`);
    }
  }
  console.log(`changeset version: ${first.length} first releases, of ${released.size} packages`);
}

/** Changes a copy step by step, and runs check-changesets after each step. */
function checkChangesets() {
  const copy = join(work, "changesets");
  copyRepository(copy);
  const expect = (passes, step) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/check-changesets.mjs"), copy], {
      encoding: "utf8",
    });
    if ((status === 0) !== passes) {
      problems.push(`check-changesets ${passes ? "fails" : "passes"} ${step}${stderr && `: ${stderr}`}`);
    }
  };
  const source = join(copy, "packages/core/src/index.ts");
  const fresh = join(copy, "packages/fresh");
  expect(true, "before any change");
  mkdirSync(fresh);
  writeFileSync(join(fresh, "package.json"), JSON.stringify({ name: "@bookend/fresh", version: "1.0.0-0" }));
  expect(false, "with a new package without a changeset");
  writeFileSync(join(copy, ".changeset/fresh.md"), '---\n"@bookend/fresh": minor\n---\n\nFresh.\n');
  expect(true, "with a new package that has one");
  writeFileSync(join(fresh, "package.json"), JSON.stringify({ name: "@bookend/fresh", version: "1.0.0" }));
  expect(false, "with a new package whose first release would be 1.1.0");
  rmSync(fresh, { recursive: true });
  unlinkSync(join(copy, ".changeset/fresh.md"));
  version(copy);
  expect(true, "right after the release");
  appendFileSync(join(copy, "packages/core/src/conditions/call.test.ts"), "\n");
  expect(true, "with a changed test");
  appendFileSync(source, "\n");
  expect(false, "with a change that is not committed");
  commit(copy, "change");
  expect(false, "with a changed package without a changeset");
  writeFileSync(join(copy, ".changeset/other.md"), '---\n"@bookend/zod": patch\n---\n\nOther.\n');
  expect(false, "with a changeset of another package");
  writeFileSync(join(copy, ".changeset/core.md"), '---\n"@bookend/core": patch\n---\n\nChanged.\n');
  expect(true, "with a changeset");
  console.log("check-changesets: passes and fails where it should, before and after a release");
}

/** Publishes every package, installs all of them in one project, and imports each. */
function publishAndInstall() {
  const packages = publishedPackages(releaseCopy());
  for (const { folder } of packages) publish(tarballOf(folder), work, registry);
  const project = join(work, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  const wanted = packages.map(({ manifest }) => `${manifest.name}@${manifest.version}`);
  npm(["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", ...wanted], project, registry);
  const libraries = packages.filter(({ manifest }) => manifest.exports?.["."] !== undefined);
  const program = libraries.map(({ manifest }) => `await import(${JSON.stringify(manifest.name)});`).join("\n");
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: project,
    encoding: "utf8",
    timeout: 300_000,
  });
  if (status !== 0) problems.push(`an installed package cannot be imported: ${stderr}`);
  for (const { manifest } of packages) {
    const file = join(project, "node_modules", manifest.name, "package.json");
    const installed = JSON.parse(readFileSync(file, "utf8")).version;
    if (installed !== manifest.version) problems.push(`${manifest.name}: ${installed} was installed`);
  }
  console.log(`${packages.length} packages published, installed from the registry, ${libraries.length} imported`);
}
