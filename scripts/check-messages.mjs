// Only `problemMessage` adds the allowed values to a message, so that all refusals have the same shape; see
// docs/style.md. `check-messages.mjs [path…]`
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./run.mjs";
import { git } from "./tarballs.mjs";

/** The sentence that the builder adds. */
const marker = /\bAllowed: /i;
/** A complete message in a package without the builder: the field, the problem, and the allowed values. */
const shape = /^(?:(?:--)?[\w.<>…-]+: )?[^ ].*[.?!…] Allowed: .*[^.]\.$/s;
/**
 * Files with the builder itself; tests and test suites, whose messages belong to assertions; translated strings of the
 * browser.
 */
const skipped =
  /(^|\/)problem-message\.ts$|\.test(-d)?\.ts$|\/(test|bench|fixtures|templates)\/|^packages\/(conformance|test-kit|admin-ui\/app)\//;

/** Each entry has code, whether its package has the builder, and how many wrong messages must be found in it. */
const planted = [
  ['throw new Error("url: is missing. Allowed: a URL.");', true, 1],
  ["throw new Error(`url: $" + "{url} is not valid. Allowed: a URL.`);", true, 1],
  ['const allowed = "Allowed: a URL.";', true, 1],
  ['throw new Error(problemMessage("is missing", "a URL", "url"));', true, 0],
  ['throw new Error(problemMessage("is missing. Allowed: none", "a URL", "url"));', true, 1],
  ['throw new Error("url: is missing. Allowed: a URL.");', false, 0],
  ["throw new Error(`$" + "{name}: $" + "{url} is not valid. Allowed: a URL.`);", false, 0],
  ['throw new Error("url: is missing, allowed: a URL");', false, 1],
  ['throw new Error("url: is missing. Allowed: a URL");', false, 1],
];
for (const [code, hasBuilder, count] of planted) {
  const found = wrongMessages(code, hasBuilder);
  if (found.length !== count) throw new Error(`Found ${found.length} wrong messages, not ${count}, in: ${code}`);
}

const wanted = process.argv.slice(2);
const files = git(["ls-files", "--cached", "--others", "--exclude-standard", "--", ...wanted])
  .split("\n")
  .filter((file) => /^(packages|apps)\/.*\.tsx?$/.test(file) && !skipped.test(file));
const problems = [];
const builders = new Map();
for (const file of new Set(files)) {
  let text;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch {
    continue; // deleted, but not committed yet
  }
  if (!marker.test(text)) continue;
  for (const { line, message } of wrongMessages(text, canImportBuilder(file))) {
    problems.push(`${file}:${line}: ${message}\n  Write: problemMessage(what is wrong, what is allowed, the field).`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} messages without the builder`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Returns whether the package of a file is core, or depends on it. */
function canImportBuilder(file) {
  const [kind, name] = file.split("/");
  const folder = join(kind, name);
  if (!builders.has(folder)) {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const { dependencies = {}, peerDependencies = {} } = manifest;
    const core = "@bookend/core";
    builders.set(folder, manifest.name === core || core in dependencies || core in peerDependencies);
  }
  return builders.get(folder);
}

/**
 * Returns the strings that list allowed values without using the builder or, in packages without it, that have a
 * different shape.
 */
function wrongMessages(text, hasBuilder) {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const message = node.getText(source).slice(1, -1);
      // an expression counts as one word
      const words = message.replace(/\$\{[^{}]*\}/g, "…");
      if (marker.test(words) && (hasBuilder || !shape.test(words))) {
        found.push({ line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, message });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
