import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const programs = {
  "bookend-demo": fileURLToPath(new URL("../dist/main.js", import.meta.url)),
  "bookend-reference": fileURLToPath(new URL("../../reference/dist/cli/main.js", import.meta.url)),
} as const;

/** A command, and its arguments. */
type Command = readonly [program: keyof typeof programs, ...args: string[]];

/** A running command. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves to the match as soon as the output contains it; rejects if the process ends first. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Exit code; null if a signal ended the process. */
  readonly ended: Promise<number | null>;
  output(): string;
}

/** Starts a built program as a separate process; it is killed when the test ends. */
export function startCommand([name, ...args]: Command, env: Record<string, string> = {}, input = ""): RunningCommand {
  const program = programs[name];
  if (!existsSync(program)) throw new Error("Build first: pnpm exec turbo run build --filter=@bookend/demo...");
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  child.stdin.end(input);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return {
    child,
    ended,
    output: () => output,
    async waitFor(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        const hasEnded = await Promise.race([once(child, "output").then(() => false), ended.then(() => true)]);
        if (hasEnded && !pattern.test(output)) throw new Error(`The process ended without ${pattern}:\n${output}`);
      }
    },
  };
}

/** Runs a command to its end. */
export async function runCommand(args: Command, env: Record<string, string> = {}, input = "") {
  const command = startCommand(args, env, input);
  const code = await command.ended;
  return { code, output: command.output() };
}
