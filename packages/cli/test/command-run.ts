import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runCli } from "../src/run-cli.js";

/** The result of a command. */
export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for running a command. */
export interface RunOptions {
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly now?: Date | undefined;
  /** Width of the terminal that it writes to, in characters; if absent, it writes to a pipe. */
  readonly terminal?: number | undefined;
}

/** A directory with a database, in which commands run. */
export interface Workplace {
  readonly directory: string;
  /** Runs a command on the database, in this process. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandRun>;
  write(file: string, text: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** Creates a temporary directory, with an empty database unless none is needed. */
export async function createWorkplace({ database = true } = {}): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-cli-"));
  const workplace: Workplace = {
    directory,
    run: (args, options) =>
      runCommand(args, directory, {
        ...options,
        env: { BOOKEND_DATABASE: `sqlite:${join(directory, "bookend.db")}`, ...options?.env },
      }),
    async write(file, text) {
      await writeFile(join(directory, file), text);
      return file;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  if (database) await workplace.run(["list", "--create"]);
  return workplace;
}

/** Runs a command in this process. */
export async function runCommand(
  args: readonly string[],
  directory: string,
  { stdin = "", env = {}, now = new Date("2026-03-01T12:00:00Z"), terminal }: RunOptions = {},
): Promise<CommandRun> {
  let stdout = "";
  let stderr = "";
  const code = await runCli(args, {
    stdout: {
      isTTY: terminal !== undefined,
      columns: terminal,
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    stdin: Readable.from([stdin]),
    env: { HOME: directory, ...env },
    directory,
    clock: () => now,
  });
  return { code, stdout, stderr };
}
