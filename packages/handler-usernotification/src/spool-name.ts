import { Refusal } from "./refusal.js";

/** Maximum length of the name of a file or directory, in bytes, as in common file systems. */
const maxPartBytes = 255;

/**
 * Returns the path below the spool directory that a name represents: directories and, finally, a file. Leading slashes
 * are dropped.
 *
 * @throws {Refusal} for a name that leads outside the spool directory or does not name a file
 */
export function parseSpoolName(name: string): readonly string[] {
  if (/[\p{Cc}\\]/u.test(name)) throw new Refusal("the file name contains a control character or a backslash");
  const parts = name.replace(/^\/+/, "").split("/");
  const fault = partsFault(parts);
  if (fault !== undefined) throw new Refusal(`the file name ${fault}`);
  return parts;
}

/** Returns the problem that a name has regardless of the values of its tags; undefined if there is none. */
export function spoolNameFault(source: string): string | undefined {
  if (/\p{Cc}/u.test(source)) return "must not contain control characters";
  if (/\\(?!\{)/.test(source)) return "must not contain a backslash";
  // each tag counts as one character; a block may turn out empty, in which case the name is refused when it is used
  const literal = source.replace(/\\\{/g, "_").replace(/\{\{[^{}]*\}\}|\{[^{}]*\}/g, "_");
  const fault = partsFault(literal.replace(/^\/+/, "").split("/"));
  return fault && `${fault}; it must name a file in the spool directory`;
}

function partsFault(parts: readonly string[]): string | undefined {
  if (parts.includes("..")) return "leads to another directory";
  if (parts.length === 1 && parts[0] === "") return "is empty";
  if (parts.some((part) => part === "" || part === ".")) return "has an empty part";
  return parts.some((part) => Buffer.byteLength(part) > maxPartBytes) ? "is too long" : undefined;
}
