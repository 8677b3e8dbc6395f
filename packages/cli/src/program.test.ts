import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { runCommand } from "../test/command-run.js";
import { createProgram } from "./program.js";

const run = (args: readonly string[], terminal?: number) => runCommand(args, "/", { terminal });

/** `deliveries show` and so on. */
function pathsOf(command: { readonly commands: readonly Parameters<typeof pathsOf>[0][]; name(): string }): string[][] {
  return command.commands.flatMap((inner) => [
    [inner.name()],
    ...pathsOf(inner).map((path) => [inner.name(), ...path]),
  ]);
}

const io = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: {},
  directory: "/",
  clock: () => new Date(),
};
const commands = pathsOf(createProgram({ io, exit: "ok" }));

describe("help", () => {
  test.each([[[] as string[]], ...commands.map((path) => [path])])("of %j fits a terminal", async (path) => {
    const { code, stdout } = await run([...path, "--help"], 80);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(24);
    expect(stdout).toContain(`Usage: ${["bookend", ...path].join(" ")}`);
  });
});

describe("completion", () => {
  test("bash completes commands and options", async () => {
    const { stdout } = await run(["completion", "bash"]);
    const complete = async (...words: readonly string[]) => {
      const script = `${stdout}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bookend; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const result = await promisify(execFile)("bash", ["-c", script, "bash", "bookend", ...words]);
      return result.stdout.trim().split("\n");
    };
    expect(await complete("de")).toEqual(["delete", "deliveries"]);
    expect(await complete("deliveries", "re")).toEqual(["replay", "resume"]);
    expect(await complete("--url", "x", "plan", "--pr")).toEqual(["--prune"]);
    expect(await complete("audit", "verify", "--audit")).toEqual(["--audit-key"]);
    expect(await complete("list", "--ur")).toEqual(["--url"]);
  });

  test.each(["zsh", "fish"])("%s has every command", async (shell) => {
    const { stdout } = await run(["completion", shell]);
    for (const path of commands) expect(stdout).toContain(path.at(-1));
  });
});
