// Proves the peer range of @bookend/zod: with packed tarballs, the same program typechecks and prints the same output
// with the oldest and the newest zod. Also installs @bookend/core and a handler in projects with zod 3.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, runOrExit } from "./run.mjs";
import { tarballOf } from "./tarballs.mjs";

const work = mkdtempSync(join(tmpdir(), "bookend-zod-"));
const problems = [];
const npm = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--loglevel=error"];

const [core, zod, counter] = ["core", "zod", "handler-counter"].map((folder) => tarballOf(folder));
const { peerDependencies } = JSON.parse(readFileSync(join(root, "packages/zod/package.json"), "utf8"));
const floor = peerDependencies.zod.replace("^", "");

const program = `
import { createBookend, createCall, defineHandler, describeAction, memoryBindings, secretOptionsOf } from "@bookend/core";
import { choice, flag, form, integer, jsonSchemaOf, names, optional, optionalText, secret, template, text, withDefault } from "@bookend/zod";
import { z } from "zod";

const options = z.strictObject({
  to: text().describe("Whom."),
  kind: withDefault(choice(["a", "b"]), "a").meta(form({ group: "g" })),
  note: optionalText(),
  body: withDefault(template({ multiline: true }), "Hello {client_ip}"),
  flag: withDefault(flag(), false),
  count: optional(integer({ min: 1 })),
  names: optional(names()),
  key: optional(secret()),
});
const said: unknown[] = [];
const handler = defineHandler({
  id: "Test",
  description: "",
  positions: ["post"],
  actions: {
    act: {
      description: "",
      options,
      optionsJsonSchema: jsonSchemaOf(options),
      run: async ({ options: { body, count, kind, ...rest }, render }) => {
        const doubled: number | undefined = count === undefined ? undefined : count * 2;
        const known: "a" | "b" = kind;
        said.push(known, doubled ?? null, rest.flag, rest.names ?? null, rest.note ?? null, await render(body));
      },
    },
  },
});
const bookend = createBookend({ handlers: [handler], bindings: memoryBindings() });
const input = { name: "b", events: ["e"], handler: "Test", action: "act" };
await bookend.bindings.add({ ...input, options: { to: "x" } });
await bookend.bindings.add({ ...input, name: "b2", options: { to: "x", count: "4", flag: "True", names: "a, b", kind: "", note: "" } });
await bookend.handle(createCall({ event: "e", request: { clientIp: "10.0.0.1" } }), () => ({ status: 200, body: {} }));
const problems = await bookend.check({ ...input, name: "b3", options: { to: "", kind: "c", count: "x", key: 5, other: 1 } });
const described = await describeAction(bookend.registry, "Test", "act");
const secrets = [...secretOptionsOf(handler.actions.act as never)];
console.log(JSON.stringify({ said, described, secrets, problems: problems.map(({ code, field }) => [code, field]) }, null, 1));
`;

/** Creates a new project in which these packages are installed one after another. */
function project(name, installs, overrides = {}) {
  const directory = join(work, name);
  mkdirSync(directory);
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", overrides }),
  );
  for (const packages of installs) runOrExit([...npm, ...packages], { cwd: directory, quiet: true });
  return directory;
}

/** Returns JSON with sorted keys and without a default of `false`, which zod 4.0 leaves out. */
function sorted(json) {
  const inOrder = (key, value) =>
    key === "default" && value === false
      ? undefined
      : typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value;
  return json && JSON.stringify(JSON.parse(json), inOrder);
}

function versionOfZod(directory) {
  return JSON.parse(readFileSync(join(directory, "node_modules/zod/package.json"), "utf8")).version;
}

const said = ["4.0.0", "latest"].map((wanted) => {
  const directory = project(wanted, [[core, zod, `zod@${wanted}`, "typescript@5.9.3", "@types/node@20"]]);
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strict, target: "ES2022", module: "NodeNext", types: ["node"] } }),
  );
  writeFileSync(join(directory, "program.ts"), program);
  const version = versionOfZod(directory);
  if (run([join(directory, "node_modules/.bin/tsc"), "-p", "."], { cwd: directory }) !== 0) {
    problems.push(`zod ${version}: the program does not typecheck`);
    return undefined;
  }
  const output = execFileSync(process.execPath, ["program.js"], { cwd: directory, encoding: "utf8" });
  console.log(`zod ${version}: the program typechecks and runs`);
  return output;
});
const [oldest, newest] = said;
if (floor !== "4.0.0") problems.push(`the peer range of @bookend/zod begins at ${floor}, but 4.0.0 was checked`);
if (sorted(oldest) !== sorted(newest)) problems.push(`zod 4.0.0 and the newest differ:\n${oldest}\n${newest}`);
const { said: values, described, problems: refused } = JSON.parse(newest ?? "{}");
const expected = ["a", null, false, null, null, "Hello 10.0.0.1", "a", 8, true, ["a", "b"], null, "Hello 10.0.0.1"];
if (JSON.stringify(values) !== JSON.stringify(expected)) problems.push(`parsed values: ${JSON.stringify(values)}`);
if (described?.options.required.join() !== "to") problems.push(`required: ${described?.options.required}`);
if (refused?.length !== 5) problems.push(`refused: ${JSON.stringify(refused)}`);

const withCore = project("zod3-core", [["zod@3"], [core]]);
runOrExit([process.execPath, "--input-type=module", "-e", 'await import("@bookend/core"); await import("zod");'], {
  cwd: withCore,
  quiet: true,
});
const withHandler = project("zod3-handler", [["zod@3"], [core, counter]], { "@bookend/zod": `file:${zod}` });
const counting = `
import { counter } from "@bookend/handler-counter";
import { createBookend, memoryBindings } from "@bookend/core";
createBookend({ handlers: [counter({ counters: { add() {}, read: () => 0 } })], bindings: memoryBindings() });`;
runOrExit([process.execPath, "--input-type=module", "-e", counting], { cwd: withHandler, quiet: true });
for (const directory of [withCore, withHandler]) {
  if (!versionOfZod(directory).startsWith("3.")) problems.push(`zod 3 was replaced by ${versionOfZod(directory)}`);
}
console.log("zod 3: @bookend/core and a handler are installed next to it");

rmSync(work, { recursive: true, force: true });
if (problems.length > 0) {
  console.error(problems.map((problem) => `problem: ${problem}`).join("\n"));
  process.exit(1);
}
