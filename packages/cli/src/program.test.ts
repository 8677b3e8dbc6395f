import { execFile, spawnSync } from "node:child_process";
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

  const cases: readonly (readonly [words: string, completed: string])[] = [
    ["bookend de", "delete deliveries"],
    ["bookend deliveries re", "replay resume"],
    ["bookend --url x plan --pr", "--prune"],
    ["bookend audit verify --audit", "--audit-key"],
    ["bookend list --ur", "--url"],
  ];
  const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;
  const inShell = async (shell: string, args: readonly string[]) =>
    // files are offered as well: none here begins as the words do
    (await promisify(execFile)(shell, args, { cwd: new URL("output/", import.meta.url) })).stdout.trim().split("\n");

  // not part of every system
  test.skipIf(!isThere("fish"))("fish completes commands and options", async () => {
    const { stdout } = await run(["completion", "fish"]);
    const program = "function bookend; end\n";
    const asked = cases.map(([words]) => `echo (complete -C ${JSON.stringify(words)} | cut -f 1)`).join("\n");
    expect(await inShell("fish", ["--no-config", "-c", program + stdout + asked])).toEqual(
      cases.map(([, completed]) => completed),
    );
  });

  test.skipIf(!isThere("zsh"))("zsh completes commands and options", async () => {
    const { stdout } = await run(["completion", "zsh"]);
    // what the script hands to zsh, which chooses among it by what was typed
    const zsh = `compdef() { }\n_files() { }\n_describe() { print -r -- \${\${(P)2}%%:*} }\n`;
    const asked = cases.map(([words]) => `BUFFER=${JSON.stringify(words)}; _bookend`).join("\n");
    const offered = await inShell("zsh", ["-f", "-c", zsh + stdout + asked]);
    for (const [index, [words, completed]] of cases.entries()) {
      const typed = words.split(" ").at(-1) ?? "";
      const fitting = offered[index]?.split(" ").filter((word) => word.startsWith(typed));
      expect(fitting?.join(" ")).toBe(completed);
    }
  });

  test.each(["zsh", "fish"])("%s has every command", async (shell) => {
    const { stdout } = await run(["completion", shell]);
    for (const path of commands) expect(stdout).toContain(path.at(-1));
  });
});
