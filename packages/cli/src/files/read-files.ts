import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { CliError } from "../cli-error.js";
import { absolutePath, type Io, readAll } from "../io.js";
import { problemMessage } from "../problem-message.js";
import type { FileBinding } from "./binding-fields.js";
import { parseBindingFile } from "./binding-file.js";
import { withEnvironment } from "./env-reference.js";
import type { FileProblem } from "./problem-list.js";

/** Maximum bytes of one file, and of all files together: the limit of the management API. */
const maxBytes = 8 * 1024 * 1024;

/** Maximum depth of nested folders. */
const maxDepth = 10;

/** Maximum number of files in one folder, including its subfolders. */
const maxFiles = 10_000;

/** A binding from a file, as the management API accepts it. */
export interface WantedBinding {
  readonly source: FileBinding;
  /** The fields, with the values of environment variables inserted. */
  readonly item: Readonly<Record<string, unknown>>;
  /** Names of environment variables by the fields that contain their values, such as `options.password`. */
  readonly fromEnvironment: ReadonlyMap<string, string>;
}

/** The combined contents of all files. */
export interface WantedBindings {
  readonly bindings: readonly WantedBinding[];
  readonly problems: readonly FileProblem[];
}

/**
 * Reads files, and the files of folders (`*.yaml`, `*.yml`, `*.json`, in the order of their names); `-` is standard
 * input.
 *
 * @throws {CliError} if a file cannot be read
 */
export async function readBindingFiles(paths: readonly string[], io: Io): Promise<WantedBindings> {
  const problems: FileProblem[] = [];
  const bindings: WantedBinding[] = [];
  const places = new Map<string, FileBinding>();
  for (const { file, text } of await readTexts(paths, io)) {
    const parsed = parseBindingFile(file, text);
    problems.push(...parsed.problems);
    for (const source of parsed.bindings) {
      const first = places.get(source.name);
      if (first) {
        const { file: firstFile, line, column } = first.place;
        problems.push({
          severity: "error",
          binding: source.name,
          message: `name: the binding at ${firstFile}:${line}:${column} has the same name.`,
          ...source.place,
        });
        continue;
      }
      places.set(source.name, source);
      bindings.push(wanted(source, io.env, problems));
    }
  }
  return { bindings, problems };
}

/**
 * Reads the text of one file, or of standard input.
 *
 * @throws {CliError} if it cannot be read, is too long, or is not UTF-8
 */
export async function readText(path: string, io: Io): Promise<string> {
  return (await readUtf8(path, io)).text;
}

/** Like {@link readText}; returns the number of bytes as well. */
async function readUtf8(path: string, io: Io): Promise<{ readonly text: string; readonly size: number }> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readAll(path === "-" ? io.stdin : createReadStream(absolutePath(io, path)), maxBytes);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (bytes === undefined)
    throw new CliError("failed", problemMessage("is too long", `${maxBytes} bytes`, shown(path)));
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), size: bytes.length };
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const found = isUtf16 ? "is UTF-16" : "contains bytes that are not UTF-8";
    throw new CliError("failed", problemMessage(found, "text in UTF-8", shown(path)));
  }
}

function wanted(source: FileBinding, env: Io["env"], problems: FileProblem[]): WantedBinding {
  const fromEnvironment = new Map<string, string>();
  const fields = withEnvironment(source.fields, "", ({ variable }, path) => {
    const value = env[variable];
    if (value === undefined || value === "") {
      problems.push({
        severity: "error",
        binding: source.name,
        message: problemMessage(
          `the environment variable "${variable}" is not set`,
          "the name of a variable that is set",
          path,
        ),
        ...source.placeOf(path, "value"),
      });
    }
    fromEnvironment.set(path, variable);
    return value;
  });
  return { source, item: { name: source.name, ...(fields as object) }, fromEnvironment };
}

async function readTexts(paths: readonly string[], io: Io) {
  const texts: { readonly file: string; readonly text: string }[] = [];
  let bytes = 0;
  for (const path of paths) {
    for (const file of await filesOf(path, io)) {
      const { text, size } = await readUtf8(file, io);
      bytes += size;
      if (bytes > maxBytes)
        throw new CliError("failed", problemMessage("The files together are too long", `${maxBytes} bytes`));
      texts.push({ file: shown(file), text });
    }
  }
  return texts;
}

async function filesOf(path: string, io: Io): Promise<readonly string[]> {
  if (path === "-") return [path];
  const absolute = absolutePath(io, path);
  try {
    if (!(await stat(absolute)).isDirectory()) return [path];
    const found: string[] = [];
    await collect(absolute, 0, found);
    if (found.length === 0)
      throw new CliError(
        "failed",
        problemMessage("has no bindings", "a folder with files *.yaml, *.yml or *.json", path),
      );
    // relative or absolute, as the user wrote the path
    return found.map((file) => (isAbsolute(path) ? file : relative(io.directory, file)));
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  }
}

async function collect(directory: string, depth: number, files: string[]): Promise<void> {
  if (depth > maxDepth)
    throw new CliError("failed", problemMessage("is nested too deeply", `${maxDepth} folders`, directory));
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const path = join(directory, entry.name);
    // links to files are followed, but not links to folders, which could form a cycle
    if (entry.isDirectory()) await collect(path, depth + 1, files);
    else if (/\.(ya?ml|json)$/.test(entry.name)) {
      // reading a pipe without a writer would never end
      const found = await stat(path).catch((error: unknown) => {
        throw unreadable(path, error);
      });
      if (!found.isFile()) {
        throw new CliError("failed", problemMessage("is not a file", "files, folders, and links to files", path));
      }
      files.push(path);
    }
    if (files.length > maxFiles)
      throw new CliError("failed", problemMessage("has too many files", `${maxFiles}`, directory));
  }
}

function shown(path: string): string {
  return path === "-" ? "standard input" : path;
}

function unreadable(path: string, error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === "ENOENT" ? "does not exist" : `cannot be read: ${message}`;
  return new CliError("failed", `${path} ${why}.`);
}
