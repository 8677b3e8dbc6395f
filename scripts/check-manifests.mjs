// Checks that the package.json of every published package has the same publishing settings and links to its
// documentation, source and issues. `check-manifests.mjs --write` adds the fields that follow from the folder.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "./tarballs.mjs";

const write = process.argv.includes("--write");
const home = "https://github.com/bookend-dev/bookend";
const problems = [];
const packages = publishedPackages();

for (const { folder, directory, manifest } of packages) {
  const expected = {
    license: "Apache-2.0",
    type: "module",
    homepage: `${home}/tree/main/packages/${folder}#readme`,
    bugs: { url: `${home}/issues` },
    repository: { type: "git", url: `git+${home}.git`, directory: `packages/${folder}` },
  };
  if (write) {
    const { name, version, description, keywords, license, type, ...rest } = manifest;
    const { homepage, bugs, repository } = expected;
    const words = keywords ?? [...new Set(["bookend", "event-handler", ...folder.split("-")])];
    const ordered = { name, version, description, keywords: words, license, type, homepage, bugs, repository };
    writeFileSync(
      join(directory, "package.json"),
      `${JSON.stringify({ ...ordered, ...rest, homepage, bugs, repository }, null, 2)}\n`,
    );
    continue;
  }
  const wrong = (field, allowed) => {
    const shown = JSON.stringify(field.split(".").reduce((value, key) => value?.[key], manifest));
    problems.push(`${manifest.name}: ${field} is ${shown}. Allowed: ${allowed}.`);
  };
  for (const [field, value] of Object.entries(expected)) {
    if (JSON.stringify(manifest[field]) !== JSON.stringify(value)) wrong(field, JSON.stringify(value));
  }
  if (!/^.{10,120}\.$/.test(manifest.description ?? "")) wrong("description", "a sentence of up to 120 characters");
  if (!(manifest.keywords?.length >= 3 && manifest.keywords.includes("bookend"))) {
    wrong("keywords", 'three or more, with "bookend"');
  }
  if (manifest.engines?.node !== ">=20.19") wrong("engines.node", '">=20.19"');
  if (manifest.publishConfig?.access !== "public") wrong("publishConfig.access", '"public"');
  if (manifest.publishConfig?.provenance !== true) wrong("publishConfig.provenance", "true");
  if (!["README.md", "LICENSE"].every((file) => existsSync(join(directory, file)))) {
    problems.push(`${manifest.name}: README.md or LICENSE is missing`);
  }
}
for (const problem of problems) console.error(`problem: ${problem}`);
console.log(`${packages.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
