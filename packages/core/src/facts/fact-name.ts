import { type DirectoryName, directoryNames } from "../contracts/directories.js";

/**
 * The facts that an action can change: the contents of a directory, the request or the response.
 * `request` and `response` include everything that is found through them.
 */
export type FactName = DirectoryName | "request" | "response";

/** Returns all facts that an action can change on a host with these directories. */
export function factNamesOf(own: readonly string[]): readonly string[] {
  return [...directoryNames, ...own, "request", "response"];
}
