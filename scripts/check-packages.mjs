// Packs every package and lints its tarball.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, tool } from "./run.mjs";
import { publishedPackages, tarballOf } from "./tarballs.mjs";

const problems = [];
const packages = publishedPackages();

for (const { folder, directory, manifest } of packages) {
  for (const file of ["README.md", "LICENSE"]) {
    if (!existsSync(join(directory, file))) problems.push(`${manifest.name}: ${file} is missing`);
  }
  // a tarball must not contain files that an earlier build left in dist
  if (manifest.scripts?.prepack !== "tsup") problems.push(`${manifest.name}: scripts.prepack must be "tsup"`);
  const tarball = tarballOf(folder);
  console.log(`\n# ${folder}`);
  if (run([tool("publint"), "run", tarball, "--strict"], { quiet: true }) !== 0)
    problems.push(`${manifest.name}: publint`);
  const attw = [tool("attw"), tarball, "--profile", "esm-only", "--no-emoji", "--format", "ascii"];
  if (run(attw, { quiet: true }) !== 0) problems.push(`${manifest.name}: attw`);
}

if (problems.length > 0) {
  console.error(`\n${problems.map((problem) => `problem: ${problem}`).join("\n")}`);
  process.exit(1);
}
console.log(`\n${packages.length} packages can be published.`);
