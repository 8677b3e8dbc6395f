import { type DirectoryName, directoryNames } from "../contracts/directories.js";

/**
 * What an action can change: what a directory holds, the request or the response.
 * `request` and `response` include everything that is found through them.
 */
export type FactName = DirectoryName | "request" | "response";

/** All that an action can change. */
export const factNames: readonly FactName[] = Object.freeze([...directoryNames, "request", "response"] as const);
