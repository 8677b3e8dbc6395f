// The documentation site builds without dead links, its reference is that of the code, and files that pages name exist.
// `--quick` leaves out the build.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pnpm, root, run } from "./run.mjs";
import { git } from "./tarballs.mjs";

const problems = [];
const generator = ["-C", "@bookend/source", "--import", "tsx", "scripts/generate-reference.mjs", "--check"];
if (run([process.execPath, ...generator]) !== 0) problems.push("docs/reference is outdated");

const documents = git(["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"])
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith(".changeset/") && existsSync(join(root, file)));
for (const file of documents) {
  const text = readFileSync(join(root, file), "utf8").replace(/^```[\s\S]*?^```/gm, "");
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#|\/)([^)\s#]+)[^)]*\)/g)) {
    if (!existsSync(join(root, dirname(file), target)))
      problems.push(`${file}: link to ${target}, which does not exist`);
  }
  if (!file.startsWith("docs/")) continue;
  for (const [, path] of text.matchAll(/`((?:packages|apps|scripts|docs|examples|monitoring)\/[\w./-]+\.\w+)`/g)) {
    if (!existsSync(join(root, path))) problems.push(`${file}: ${path} does not exist`);
  }
}
if (
  !process.argv.includes("--quick") &&
  run([...pnpm, "--filter", "@bookend/docs", "run", "site"], { quiet: true }) !== 0
) {
  problems.push("the site cannot be built");
} else if (!process.argv.includes("--quick")) {
  // the site needs no other host: fonts, scripts and styles are its own
  const built = join(root, "docs/.vitepress/dist");
  for (const name of readdirSync(built, { recursive: true })) {
    if (!/\.(html|css)$/.test(name)) continue;
    const foreign = readFileSync(join(built, name), "utf8").match(
      /(?:<(?:script|img|iframe)[^>]*src=|<link[^>]*rel="(?:stylesheet|preload|modulepreload)"[^>]*href=|url\()["']?(https?:)?\/\/[^"')]+/i,
    );
    if (foreign) problems.push(`${relative(root, join(built, name))}: ${foreign[0]}`);
  }
}
for (const problem of problems) console.error(`problem: ${problem}`);
console.log(`${documents.length} documents, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
