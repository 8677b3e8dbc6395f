import { accessSync, constants, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file in the script directory. */
export interface ScriptListing {
  readonly name: string;
  /** Why it is neither offered nor run; absent if it is. */
  readonly refusal?: string | undefined;
}

/** Where a script is, or why it must not be run. */
export type ScriptFile = { readonly path: string } | { readonly refusal: string };

/** Every file of the script directory, by name, with the reason if it is not offered. A directory that is not there has none. */
export function listScripts(directory: string): readonly ScriptListing[] {
  return namesIn(directory).map((name) => {
    const file = findScript(directory, name);
    return "refusal" in file ? { name, refusal: file.refusal } : { name };
  });
}

/** Finds a script, following links, and checks that it is safe to run. */
export function findScript(directory: string, name: string): ScriptFile {
  if (!isPlainName(name)) return { refusal: "its name is not a plain file name" };
  try {
    const home = realpathSync(directory);
    const path = realpathSync(join(home, name));
    const refusal = refusalOf(home, path);
    return refusal === undefined ? { path } : { refusal };
  } catch {
    return { refusal: "it is not there" };
  }
}

function refusalOf(home: string, path: string): string | undefined {
  if (dirname(path) !== home) return "it is a link out of the directory";
  if (othersMayWrite(statSync(home))) return "others may write its directory";
  const file = statSync(path);
  if (!file.isFile() || !isExecutable(path)) return "it is not an executable file";
  return othersMayWrite(file) ? "others may write it" : undefined;
}

/** A letter, digit or `_`, then also blanks and `.`, `+`, `-`; no `..`. */
function isPlainName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_ .+-]*$/u.test(name) && !name.includes("..") && name !== "__proto__";
}

/** Whether anybody but root and this process's own user may write: the group, everybody, or another owner. */
function othersMayWrite({ mode, uid }: Stats): boolean {
  return (mode & 0o022) !== 0 || (uid !== 0 && uid !== process.geteuid?.());
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
