import { accessSync, constants, lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A file in the script directory. */
export interface ScriptListing {
  readonly name: string;
  /** Why the file is neither offered nor run; absent if it can be run. */
  readonly refusal?: string | undefined;
}

/** The path of a script, or why it must not be run. */
export type ScriptFile = { readonly path: string } | { readonly refusal: string };

/**
 * Lists every file of the script directory by name, with a reason if it must not be run. The list of a missing
 * directory is empty.
 */
export function listScripts(directory: string): readonly ScriptListing[] {
  const place = placeOf(directory);
  return namesIn(directory).map((name) => {
    const file = findIn(place, name);
    return "refusal" in file ? { name, refusal: file.refusal } : { name };
  });
}

/**
 * Finds a script, following links, and checks that only root and this process's user control what runs: the file, its
 * directory and the directories above must belong to one of the two, and must not be writable by a group or by
 * everyone. The directories above may be writable if they have the sticky bit, as `/tmp` does.
 */
export function findScript(directory: string, name: string): ScriptFile {
  return findIn(placeOf(directory), name);
}

/** The script directory with links resolved, or why nothing in it is run. */
type Place = { readonly home: string; readonly refusal?: string | undefined } | undefined;

function placeOf(directory: string): Place {
  try {
    const home = realpathSync(directory);
    if (othersMayWrite(statSync(home))) return { home, refusal: "others may write to its directory" };
    // the configured path is checked too, since a link in it could be replaced
    const unsafe = writableParent(home) ?? writableParent(resolve(directory)) ?? foreignLink(directory);
    return { home, refusal: unsafe && `others may write to ${JSON.stringify(unsafe)}, which leads to its directory` };
  } catch {
    return undefined;
  }
}

function findIn(place: Place, name: string): ScriptFile {
  if (!isPlainName(name)) return { refusal: "its name is not a plain file name" };
  if (!place) return { refusal: "it does not exist" };
  try {
    const path = realpathSync(join(place.home, name));
    const refusal = refusalOf(place, path);
    return refusal === undefined ? { path } : { refusal };
  } catch {
    return { refusal: "it does not exist" };
  }
}

function refusalOf({ home, refusal }: NonNullable<Place>, path: string): string | undefined {
  if (dirname(path) !== home) return "it is a link out of the directory";
  if (refusal !== undefined) return refusal;
  const file = statSync(path);
  if (!file.isFile() || !isExecutable(path)) return "it is not an executable file";
  return othersMayWrite(file) ? "others may write to it" : undefined;
}

/** Returns whether a name is a letter, digit or `_`, followed by these, spaces, `.`, `+` or `-`, without `..`. */
function isPlainName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_ .+-]*$/u.test(name) && !name.includes("..") && name !== "__proto__";
}

/**
 * Returns whether anyone but root and this process's user may write to a file: the group, everyone, or another owner.
 */
function othersMayWrite({ mode, uid }: Stats): boolean {
  return (mode & 0o022) !== 0 || isForeign(uid);
}

function isForeign(uid: number): boolean {
  return uid !== 0 && uid !== process.geteuid?.();
}

/** Returns the nearest directory above in which others may replace part of the path. */
function writableParent(path: string): string | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const stats = statSync(parent);
  const sticky = (stats.mode & 0o1000) !== 0;
  if (isForeign(stats.uid) || (!sticky && othersMayWrite(stats))) return parent;
  return writableParent(parent);
}

/** Returns the directory's own path if it is a link that another user may redirect. */
function foreignLink(directory: string): string | undefined {
  return isForeign(lstatSync(directory).uid) ? directory : undefined;
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
