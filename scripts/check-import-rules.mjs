// Proves that the rules of dependency-cruiser work: each wrong import is added to a small copy of the layout
// and must be reported by its rule.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root, tool } from "./run.mjs";

const empty = "export {};\n";
const importing = (path) => `import ${JSON.stringify(path)};\n`;

/** The wrong imports by the rule that must report them, with the files that contain them. */
const planted = {
  "packages-of-handlers": { "packages/handler-counter/src/planted.ts": importing("@bookend/handler-webhook") },
  "packages-of-core": { "packages/core/src/planted.ts": importing("@bookend/admin") },
  "libraries-of-core": { "packages/core/src/values/planted-library.ts": importing("node:fs") },
  "no-http-in-the-domain": { "packages/mfa/src/tokens/planted.ts": importing("fastify") },
  "folders-of-core-internal": {
    "packages/core/src/internal/planted.ts": importing("../dispatch/target.js"),
    "packages/core/src/dispatch/target.ts": empty,
  },
  "folders-of-mfa-users": {
    "packages/mfa/src/users/planted.ts": importing("../tokens/target.js"),
    "packages/mfa/src/tokens/target.ts": empty,
  },
  "folders-of-reference-services": {
    "apps/reference/src/services/planted.ts": importing("../http/target.js"),
    "apps/reference/src/http/target.ts": empty,
  },
  "unlisted-folder-of-core": { "packages/core/src/unlisted/planted.ts": importing("node:crypto") },
  "no-circle": {
    "packages/zod/src/planted-one.ts": importing("./planted-two.js"),
    "packages/zod/src/planted-two.ts": importing("./planted-one.js"),
  },
  "no-circle-of-folders": {
    "packages/admin/src/one/planted.ts": importing("../two/target.js"),
    "packages/admin/src/one/target.ts": empty,
    "packages/admin/src/two/planted.ts": importing("../one/target.js"),
    "packages/admin/src/two/target.ts": empty,
  },
  "no-unknown-import": { "packages/fastify/src/planted.ts": importing("no-such-library") },
  "nobody-imports-an-app": { "packages/store-sql/src/planted.ts": importing("@bookend/reference") },
  "tests-only": { "packages/messaging/src/planted.ts": importing("@bookend/test-kit") },
  "by-name": { "packages/http-client/src/planted.ts": importing("../../core/src/index.js") },
};

const work = mkdtempSync(join(tmpdir(), "bookend-imports-"));
for (const folder of ["packages", "apps"]) for (const name of readdirSync(join(root, folder))) copyLayout(folder, name);
write("node_modules/fastify/package.json", JSON.stringify({ name: "fastify", version: "5.0.0", main: "index.js" }));
write("node_modules/fastify/index.js", empty);

const problems = [];
for (const violation of violations())
  problems.push(`without a wrong import, ${violation.rule} reports ${violation.from}`);
for (const file of Object.values(planted)) for (const [path, text] of Object.entries(file)) write(path, text);
const found = violations();
for (const [rule, files] of Object.entries(planted)) {
  const seen = found.some((one) => one.rule === rule && Object.keys(files).some((path) => path.startsWith(one.from)));
  if (!seen) problems.push(`${rule} does not report ${Object.keys(files).join(", ")}`);
}
rmSync(work, { recursive: true });

for (const problem of problems) console.error(problem);
console.log(`${Object.keys(planted).length} wrong imports planted, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Creates an empty package with the same name, so that imports by name are resolved. */
function copyLayout(folder, name) {
  const directory = `${folder}/${name}`;
  const manifest = JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8"));
  write(
    `${directory}/package.json`,
    JSON.stringify({ name: manifest.name, exports: manifest.exports, type: "module" }),
  );
  write(`${directory}/src/index.ts`, empty);
  mkdirSync(join(work, "node_modules/@bookend"), { recursive: true });
  symlinkSync(join(work, directory), join(work, "node_modules", manifest.name));
}

function write(path, text) {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
}

/** Returns the reports of both rule sets for the copy. */
function violations() {
  return ["dependency-cruiser.config.mjs", "dependency-cruiser.folders.config.mjs"].flatMap((config) => {
    const args = ["--config", join(root, config), "--output-type", "json", "packages", "apps"];
    const { stdout, stderr } = spawnSync(tool("depcruise"), args, { cwd: work, maxBuffer: 64 * 1024 * 1024 });
    if (stdout.length === 0) throw new Error(`${config}: ${stderr}`);
    const { summary } = JSON.parse(stdout.toString());
    return summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
  });
}
