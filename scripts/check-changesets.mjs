// Every package that is published is either released already (it has a CHANGELOG.md) or named by a changeset.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const changesets = readdirSync(join(root, ".changeset"))
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => ({ file, text: readFileSync(join(root, ".changeset", file), "utf8") }));
const names = new Set();
const problems = [];

for (const folder of readdirSync(join(root, "packages"))) {
  const { name, private: unpublished } = JSON.parse(
    readFileSync(join(root, "packages", folder, "package.json"), "utf8"),
  );
  if (unpublished) continue;
  names.add(name);
  const named = changesets.some(({ text }) => new RegExp(`^["']${name}["']:`, "m").test(text));
  if (!named && !existsSync(join(root, "packages", folder, "CHANGELOG.md"))) {
    problems.push(`${name} has neither a changeset nor a CHANGELOG.md`);
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
