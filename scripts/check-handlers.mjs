// Checks that all handler packages have the same structure. Lists every difference. `check-handlers.mjs [root]`
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = process.argv[2] ?? ".";
const problems = [];

const files = [
  "README.md",
  "src/index.ts",
  "src/handler.ts",
  "src/options.ts",
  "src/handler.test.ts",
  "src/handler.test-d.ts",
  "test/conformance.test.ts",
];

/** The recorded cases of privacyIDEA, which every handler in this repository has, but not the template. */
const recordedFiles = ["test/recorded.test.ts", "test/fixtures/recorded.json", "test/fixtures/deviations.json"];

const packages = readdirSync(join(root, "packages")).filter((name) => name.startsWith("handler-"));
if (packages.length === 0) problems.push("packages: no handler was found");
for (const name of packages) {
  check({ title: `packages/${name}`, directory: join(root, "packages", name), files: [...files, ...recordedFiles] });
}
checkTemplate();

for (const problem of problems) console.error(problem);
console.log(`${packages.length} handlers and the template, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Checks that the output of `npm create @bookend/handler` has the same structure. */
function checkTemplate() {
  const work = mkdtempSync(join(tmpdir(), "bookend-template-"));
  const directory = join(work, "created");
  const main = join(root, "packages/create-handler/src/main.ts");
  const args = ["--import=tsx", main, "slack", "--actions=send_message,warn", `--directory=${directory}`];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status === 0) check({ title: "the template of create-handler", directory, files });
  else problems.push(`the template of create-handler: ${stderr}`);
  rmSync(work, { recursive: true, force: true });
}

function check({ title, directory, files: expectedFiles }) {
  const at = (path) => join(directory, path);
  const report = (path, message) => problems.push(`${title}/${path}: ${message}`);
  const missing = expectedFiles.filter((path) => !existsSync(at(path)));
  for (const path of missing) report(path, "is missing");
  const actions = existsSync(at("src/actions")) ? readdirSync(at("src/actions")) : [];
  if (!actions.some((file) => /^[a-z-]+\.ts$/.test(file))) report("src/actions", "has no action");
  for (const file of actions.filter((one) => one.endsWith(".ts") && !one.includes(".test"))) {
    const source = readFileSync(at(`src/actions/${file}`), "utf8");
    if (/from "zod"/.test(source)) report(`src/actions/${file}`, "has a schema of its own. Allowed: in src/options.ts");
  }
  if (missing.length > 0) return;

  const index = readFileSync(at("src/index.ts"), "utf8");
  const others = index.replace(/export (type )?\{[^}]*\} from "[^"]+";/g, "").trim();
  if (others !== "") report("src/index.ts", `has "${others.split("\n")[0]}". Allowed: exports by name`);

  const factory = factoryOf(readFileSync(at("src/handler.ts"), "utf8"));
  if (!factory) return report("src/handler.ts", "exports no factory. Allowed: one function");
  const type = `${factory.name[0].toUpperCase()}${factory.name.slice(1)}Options`;
  if (factory.argument !== "" && !new RegExp(`: ${type}\\b`).test(factory.argument)) {
    report("src/handler.ts", `${factory.name} takes "${factory.argument}". Allowed: ${type}`);
  }
  const exported = factory.argument === "" ? [factory.name] : [factory.name, type];
  for (const one of exported) {
    if (!new RegExp(`\\b${one}\\b`).test(index)) report("src/index.ts", `does not export ${one}`);
  }

  const expected = [
    `# ${JSON.parse(readFileSync(at("package.json"), "utf8")).name}`,
    "## Install",
    "## Use",
    ...(factory.argument === "" ? [] : [`## Options of \`${factory.name}\``]),
    "## Actions and options",
    "## Behavior",
    "## Limits",
    "## License",
  ];
  const readme = readFileSync(at("README.md"), "utf8");
  const headings = readme.replace(/^```[\s\S]*?^```/gm, "").match(/^##? .*$/gm) ?? [];
  if (headings.join("\n") !== expected.join("\n")) {
    report("README.md", `has the headings ${headings.join(" | ")}. Allowed: ${expected.join(" | ")}`);
  }
  if (!readme.includes("```ts\n// example.ts")) report("README.md", "has no complete example (`// example.ts`)");

  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  if (!("@bookend/core" in peerDependencies)) report("package.json", "@bookend/core is not a peer dependency");
  if ("@bookend/core" in dependencies)
    report("package.json", "@bookend/core is a dependency. Allowed: a peer dependency");
}

/** Returns the one function that `handler.ts` exports, and its argument. */
function factoryOf(source) {
  const found = [...source.matchAll(/^export function (\w+)\(([^)]*)\)/gm)];
  return found.length === 1 ? { name: found[0][1], argument: found[0][2] } : undefined;
}
