// Checks that README.md names each package, and that everything in the recipes of CONTRIBUTING.md exists: paths are in
// the repository, functions are exported by a package or by a file that the recipe names, and commands are scripts.
// Placeholders such as `<group>` stand for any name.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const guide = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const surface = readdirSync(join(root, "etc"))
  .map((file) => readFileSync(join(root, "etc", file), "utf8"))
  .join("\n");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const problems = [];
let count = 0;

const readme = readFileSync(join(root, "README.md"), "utf8");
for (const parent of ["packages", "apps", "examples"]) {
  for (const { name } of readdirSync(join(root, parent), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )) {
    count += 1;
    if (!readme.includes(`](${parent}/${name})`))
      problems.push(`README.md: ${parent}/${name} is not listed in "Contents"`);
  }
}

for (const section of guide.split(/^## /m).slice(1)) {
  const title = section.slice(0, section.indexOf("\n"));
  const quoted = [...section.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
  const paths = quoted.filter((text) => /^[\w.@<*-]+(\/[\w.@<>*-]+)+$/.test(text) && !text.startsWith("@"));
  // a recipe can name files below a package that it mentioned before
  const base = paths.find((path) => /^packages\/[\w-]+$/.test(path));
  const named = [];
  for (const path of paths) {
    const found = filesAt(path) ?? (base === undefined ? undefined : filesAt(`${base}/${path}`));
    count += 1;
    if (!found) problems.push(`${title}: ${path} does not exist`);
    else named.push(...found);
  }
  const sources = named.filter((path) => path.endsWith(".ts")).map((path) => readFileSync(join(root, path), "utf8"));
  for (const text of quoted) {
    const [, name] = /^([a-zA-Z]\w*)(\(.*\))?$/.exec(text) ?? [];
    // a top-level folder, such as `examples`
    if (name === undefined || name in scripts || existsSync(join(root, name))) continue;
    count += 1;
    if (![surface, ...sources].some((source) => new RegExp(`\\b${name}\\b`).test(source))) {
      problems.push(`${title}: ${name} is neither exported nor in a file that the recipe names`);
    }
  }
  for (const [, script] of section.matchAll(/npx -y pnpm@[\d.]+ (?:run )?([\w:-]+)/g)) {
    count += 1;
    if (!(script in scripts)) problems.push(`${title}: package.json has no script ${script}`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`${count} names in README.md and CONTRIBUTING.md, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Returns the files that match a path; undefined if there are none. */
function filesAt(path) {
  const pattern = new RegExp(
    `^${path.replace(/[.+]/g, "\\$&").replace(/<\w+>/g, "[\\w-]+").replace(/\*/g, "[\\w-]+")}(/.*)?$`,
  );
  const found = tracked.filter((file) => pattern.test(file));
  return found.length === 0 ? undefined : found;
}
