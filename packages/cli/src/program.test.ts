import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "../test/command-run.js";
import { createProgram } from "./program.js";

const run = (args: readonly string[], terminal?: number) => runCommand(args, "/", { terminal });

/** Returns the paths of all commands, including nested ones such as `deliveries show`. */
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
  test.each([[[] as string[]], ...commands.map((path) => [path])])("of %j fits into a terminal", async (path) => {
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
    expect(await complete("list", "--position", "")).toEqual(["pre", "post"]);
    expect(await complete("completion", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
  });

  const cases: readonly (readonly [words: string, completed: string])[] = [
    ["bookend de", "delete deliveries"],
    ["bookend deliveries re", "replay resume"],
    ["bookend --url x plan --pr", "--prune"],
    ["bookend audit verify --audit", "--audit-key"],
    ["bookend list --ur", "--url"],
    ["bookend list --position p", "pre post"],
    ["bookend completion z", "zsh"],
    // existing files, but only where a file is accepted
    ["bookend p", "plan preview"],
    ["bookend show z", ""],
    ["bookend deliveries z", ""],
    ["bookend deliveries show z", ""],
    ["bookend --url z", ""],
    ["bookend plan z", "zz.yaml"],
    ["bookend explain z", "zz.yaml"],
    ["bookend list --ca z", "zz.yaml"],
  ];
  const here = mkdtempSync(join(tmpdir(), "bookend-completion-"));
  writeFileSync(join(here, "zz.yaml"), "");
  afterAll(() => rmSync(here, { recursive: true }));
  const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;
  const inShell = async (shell: string, args: readonly string[]) =>
    (await promisify(execFile)(shell, args, { cwd: here })).stdout.replace(/\n$/, "").split("\n");

  test("bash offers file names only where a file is accepted", async () => {
    const { stdout } = await run(["completion", "bash"]);
    // imitates an interactive shell, which offers files if nothing matches, unless the script turns this off
    const ask = (line: string) => `READLINE_LINE=${JSON.stringify(line)}; ask\n`;
    const script = `${stdout}
compopt() { takesFiles=no; }
ask() { COMP_WORDS=($READLINE_LINE); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); takesFiles=yes; _bookend
  [ "\${#COMPREPLY[@]}" -gt 0 ] || [ $takesFiles = no ] || mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
  echo "\${COMPREPLY[*]}"; }
`;
    const offered = await inShell("bash", ["-c", script + cases.map(([line]) => ask(line)).join("")]);
    expect(offered).toEqual(cases.map(([, completed]) => completed));
  });

  // not available on every system
  test.skipIf(!isThere("fish"))("fish completes commands and options", async () => {
    const { stdout } = await run(["completion", "fish"]);
    const program = "function bookend; end\n";
    const asked = cases.map(([words]) => `echo (complete -C ${JSON.stringify(words)} | cut -f 1 | sort)`).join("\n");
    expect(await inShell("fish", ["--no-config", "-c", program + stdout + asked])).toEqual(
      cases.map(([, completed]) => completed.split(" ").sort().join(" ")),
    );
  });

  test.skipIf(!isThere("zsh"))("zsh completes commands and options", async () => {
    const { stdout } = await run(["completion", "zsh"]);
    // the candidates that the script passes to zsh, which filters them by what was typed
    const zsh = `compdef() { }\n_files() { print -rn -- *(N) "" }\n_describe() { print -rn -- \${\${(P)2}%%:*} "" }\n`;
    const asked = cases.map(([words]) => `LBUFFER=${JSON.stringify(words)}; _bookend; print`).join("\n");
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
