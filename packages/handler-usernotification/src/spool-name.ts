import { Refusal } from "./refusal.js";

/** Longest name of a file or directory, as file systems have it. */
const maxPartBytes = 255;

/**
 * The path below the spool directory that a name stands for: directories and, at last, a file.
 * Leading slashes, which an empty tag leaves behind, are dropped.
 * Throws `Refusal` for a name that leads elsewhere or names no file.
 */
export function parseSpoolName(name: string): readonly string[] {
  if (/[\p{Cc}\\]/u.test(name)) throw new Refusal("the file name has a control character or a backslash");
  const parts = name.replace(/^\/+/, "").split("/");
  if (parts.includes("..")) throw new Refusal("the file name leads to another directory");
  if (parts.some((part) => part === "" || part === ".")) throw new Refusal("the file name has an empty part");
  if (parts.some((part) => Buffer.byteLength(part) > maxPartBytes)) throw new Refusal("the file name is too long");
  return parts;
}

/** What is wrong with a name, whatever its tags stand for; undefined if nothing is. */
export function spoolNameFault(source: string): string | undefined {
  if (/\p{Cc}/u.test(source)) return "must not have control characters";
  if (source.startsWith("/")) return "must not begin with a slash: it is a name in the spool directory";
  if (source.split("/").includes("..")) return "must not lead to another directory";
  return undefined;
}
