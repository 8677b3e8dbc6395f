import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

/** Longest time that an example may run, in milliseconds. */
const exampleTimeoutMs = 60_000;

/** Returns the blocks of TypeScript in a README whose first line begins with `// example.ts`. */
export function examplesOf(readme: string): readonly string[] {
  return [...readme.matchAll(/```ts\n(\/\/ example\.ts\b[^\n]*\n[\s\S]*?)```/g)].map(([, block = ""]) => block);
}

/**
 * Runs an example in the directory of its README, so that it imports its own package by name.
 * Returns its problem; undefined if it runs and prints the output in the comments after its `console.log` calls.
 */
export async function problemOfExample(
  example: string,
  readme: URL,
  nodeArguments: readonly string[],
): Promise<string | undefined> {
  const file = fileURLToPath(new URL(`.example-${randomUUID()}.mjs`, readme));
  writeFileSync(file, await javaScriptOf(example));
  try {
    const { failure, stdout } = await runNode([...nodeArguments, file], fileURLToPath(new URL(".", readme)));
    if (failure !== undefined) return `The README's example does not run: ${failure}`;
    const printed = stdout.replace(/\s+/g, " ");
    const missing = printedBy(example).find((said) => !patternOf(said).test(printed));
    return missing === undefined ? undefined : `The README's example does not print "${missing}", but "${printed}".`;
  } finally {
    rmSync(file, { force: true });
  }
}

async function javaScriptOf(example: string): Promise<string> {
  // exists in Node.js 22.13 and later
  const strip: unknown = Reflect.get(nodeModule, "stripTypeScriptTypes");
  if (typeof strip === "function") return String(strip(example));
  const { default: typescript } = await import("typescript").catch(() => {
    throw new Error("The README's example needs TypeScript to run. Install typescript, or use Node.js 22.13 or later.");
  });
  const { ESNext } = typescript.ModuleKind;
  return typescript.transpile(example, { module: ESNext, target: typescript.ScriptTarget.ES2022 });
}

function runNode(
  commandLine: readonly string[],
  cwd: string,
): Promise<{ readonly failure: string | undefined; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...commandLine], { cwd, timeout: exampleTimeoutMs }, (error, stdout, stderr) => {
      resolve({ failure: error === null ? undefined : stderr.trim().slice(-2_000) || error.message, stdout });
    });
  });
}

/** Returns the output that an example announces: comments that follow `console.log`, or that begin with "prints". */
function printedBy(example: string): readonly string[] {
  return [...example.matchAll(/(?:console\.log\(.*\/\/|\/\/ prints) (.+)$/gm)].flatMap(([, said = ""]) =>
    said.split(", then "),
  );
}

/** Converts expected output to a pattern, in which "…" stands for anything. */
function patternOf(said: string): RegExp {
  return new RegExp(
    said
      .split("…")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*"),
  );
}
