// Checks that the documentation site builds without dead links, its reference pages match the code, code blocks can be
// parsed, and files that pages mention exist. `--quick` leaves out the build.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { pnpm, root, run } from "./run.mjs";
import { weakContrasts } from "./site-contrast.mjs";
import { git } from "./tarballs.mjs";

const problems = [];
const generator = ["-C", "@bookend/source", "--import", "tsx", "scripts/generate-reference.mjs", "--check"];
if (run([process.execPath, ...generator]) !== 0) problems.push("docs/reference is outdated");

const documents = git(["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"])
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith(".changeset/") && existsSync(join(root, file)));
for (const file of documents) {
  const source = readFileSync(join(root, file), "utf8");
  problems.push(...(await brokenBlocks(file, source)));
  const text = source.replace(/^ *```[\s\S]*?^ *```/gm, "");
  for (const [, target, anchor] of text.matchAll(/\]\((?!https?:|mailto:|\/)([^)\s#]*)#([^)\s]+)\)/g)) {
    const path = target === "" ? join(root, file) : join(root, dirname(file), target);
    if (path.endsWith(".md") && existsSync(path) && !anchorsOf(path).has(anchor))
      problems.push(`${file}: link to #${anchor}, which does not exist in ${target || "the page"}`);
  }
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#|\/)([^)\s#]+)[^)]*\)/g)) {
    if (!existsSync(join(root, dirname(file), target)))
      problems.push(`${file}: link to ${target}, which does not exist`);
  }
  if (!file.startsWith("docs/")) continue;
  for (const [, path] of text.matchAll(/`((?:packages|apps|scripts|docs|examples|monitoring)\/[\w./-]+\.\w+)`/g)) {
    if (!existsSync(join(root, path))) problems.push(`${file}: ${path} does not exist`);
  }
  problems.push(...missingTitles(file, text));
}
problems.push(...missingRequirements(), ...weakContrasts());
if (
  !process.argv.includes("--quick") &&
  run([...pnpm, "--filter", "@bookend/docs", "run", "site"], { quiet: true }) !== 0
) {
  problems.push("the site cannot be built");
} else if (!process.argv.includes("--quick")) {
  // the site does not load fonts, scripts or styles from other hosts
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

/**
 * Returns the requirements of level 2 of OWASP ASVS 4.0.3 that docs/operations/asvs.md omits, lists twice, or counts
 * incorrectly. Requirements that the standard has deleted are not listed.
 */
function missingRequirements() {
  // by section: the number of requirements if level 2 includes all of them, otherwise a list
  const level2 = {
    1.1: 7,
    1.2: 4,
    1.4: [1, 4, 5],
    1.5: 4,
    1.6: 4,
    1.7: 2,
    1.8: 2,
    1.9: 2,
    "1.10": 1,
    1.11: 2,
    1.12: [2],
    1.14: 6,
    2.1: 12,
    2.2: 3,
    2.3: 3,
    2.4: 6,
    2.5: 7,
    2.6: 3,
    2.7: 6,
    2.8: 7,
    2.9: 3,
    "2.10": 4,
    3.1: 1,
    3.2: 4,
    3.3: 4,
    3.4: 5,
    3.5: 3,
    3.7: 1,
    4.1: [1, 2, 3, 5],
    4.2: 2,
    4.3: 3,
    5.1: 5,
    5.2: 8,
    5.3: 10,
    5.4: 3,
    5.5: 4,
    6.1: 3,
    6.2: 6,
    6.3: 2,
    6.4: 2,
    7.1: 4,
    7.2: 2,
    7.3: [1, 3, 4],
    7.4: 3,
    8.1: 4,
    8.2: 3,
    8.3: 8,
    9.1: 3,
    9.2: 4,
    10.2: 2,
    10.3: 3,
    11.1: 8,
    12.1: 3,
    12.2: 1,
    12.3: 6,
    12.4: 2,
    12.5: 2,
    12.6: 1,
    13.1: [1, 3, 4, 5],
    13.2: [1, 2, 3, 5, 6],
    13.3: 2,
    13.4: 2,
    14.1: 4,
    14.2: 6,
    14.3: [2, 3],
    14.4: 7,
    14.5: 4,
  };
  const wanted = Object.entries(level2).flatMap(([section, numbers]) =>
    (Array.isArray(numbers) ? numbers : Array.from({ length: numbers }, (_, index) => index + 1)).map(
      (number) => `${section}.${number}`,
    ),
  );
  const page = readFileSync(join(root, "docs/operations/asvs.md"), "utf8");
  const lines = [...page.matchAll(/^\| (\d+\.\d+\.\d+) [^|]+\| (met|partly|host|no|not applicable) \| [^|]+ \|$/gm)];
  const named = lines.map(([, number]) => number);
  const counts = [...page.matchAll(/^\| (met|partly|host|no|not applicable) \| [^|]+ \| (\d+) \|$/gm)];
  const miscounted = counts.flatMap(([, state, count]) => {
    const real = lines.filter(([, , each]) => each === state).length;
    return real === Number(count) ? [] : [`docs/operations/asvs.md: ${real} requirements are "${state}", not ${count}`];
  });
  if (counts.length !== 5) miscounted.push("docs/operations/asvs.md: the table of the states does not have five lines");
  const missing = wanted
    .filter((number) => named.filter((one) => one === number).length !== 1)
    .map(
      (number) =>
        `docs/operations/asvs.md: requirement ${number} of level 2 must be named once, with a state and a reason`,
    );
  return [...missing, ...miscounted];
}

/**
 * Returns the titles that a page cites after the path of a test file, as in `a.test.ts` "title", if the file does not
 * have them.
 */
function missingTitles(file, text) {
  return [...text.matchAll(/`([\w./-]+\.test\.ts)` "([^"]+)"/g)].flatMap(([, path, title]) => {
    const tests = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
    return tests.includes(`"${title}"`) ? [] : [`${file}: ${path} has no test with the title "${title}"`];
  });
}

/** Returns the anchors of a page's headings, as generated by GitHub and VitePress. */
function anchorsOf(path) {
  const prose = readFileSync(path, "utf8").replace(/^ *```[\s\S]*?^ *```/gm, "");
  return new Set(
    [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title
        .toLowerCase()
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}

/**
 * Finds code blocks with wrong syntax. Blocks that readers should run are run elsewhere: examples by
 * `check-examples.mjs`, tutorials by tests.
 */
async function brokenBlocks(file, source) {
  const found = [];
  for (const block of source.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^\1```/gm)) {
    const [, , language, text] = block;
    const wrong = await faultOf(language, text);
    if (wrong !== undefined) {
      const line = source.slice(0, block.index).split("\n").length;
      found.push(`${file}:${line}: the block of ${language} cannot be parsed: ${wrong}`);
    }
  }
  return found;
}

/** Returns the syntax error in a code block; undefined if there is none, or if its language is not checked. */
async function faultOf(language, text) {
  if (["ts", "js", "tsx"].includes(language)) {
    const { diagnostics } = ts.transpileModule(text, {
      reportDiagnostics: true,
      fileName: `block.${language === "js" ? "ts" : language}`,
      compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    });
    const [first] = diagnostics ?? [];
    return first && ts.flattenDiagnosticMessageText(first.messageText, " ");
  }
  try {
    if (language === "json") JSON.parse(text);
    if (language === "yaml") {
      const { parseDocument } = createRequire(join(root, "packages/cli/package.json"))("yaml");
      const [error] = parseDocument(text, { logLevel: "silent" }).errors;
      return error?.message.split("\n")[0];
    }
  } catch (error) {
    return error.message;
  }
  if (language !== "sh") return undefined;
  const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
  return status === 0 ? undefined : stderr.split("\n")[0];
}
