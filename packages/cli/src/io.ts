import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "./cli-error.js";

/** An output stream of the process or a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** The environment of a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The directory that relative paths start from. */
  readonly directory: string;
  clock(): Date;
}

/** Returns the environment of this process. */
export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  return { stdout, stderr, stdin, env, directory: process.cwd(), clock: () => new Date() };
}

/** Returns an environment variable. Undefined if it is not set or empty. */
export function variable({ env }: Pick<Io, "env">, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}

/** Returns the absolute path for a path in an option. */
export function absolutePath({ directory }: Pick<Io, "directory">, path: string): string {
  return resolve(directory, path);
}

/**
 * Writes the file that an option names.
 *
 * @throws {CliError} if it cannot be written
 */
export async function writeFileOf(
  io: Pick<Io, "directory">,
  option: string,
  file: string,
  text: string,
): Promise<void> {
  await writeFile(absolutePath(io, file), text).catch((error: Error) => {
    throw new CliError("failed", `${option}: ${error.message}.`, { cause: error });
  });
}

/** Reads the complete standard input or file; undefined if it is longer than `maxBytes`. */
export async function readAll(stdin: NodeJS.ReadableStream, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Reads the first line of standard input; empty if there is none, or if the input is longer than 65,536 bytes. */
export async function readLine(stdin: NodeJS.ReadableStream): Promise<string> {
  const text = (await readAll(stdin, 65_536))?.toString("utf8") ?? "";
  return text.split(/\r?\n/, 1)[0] ?? "";
}
