import type { DirectoryName, HostDirectories } from "../contracts/directories.js";
import type { Facts } from "./facts.js";

/** The lookups, by the directory that they query first. */
interface KnownLookups {
  readonly users: "user" | "userTokens" | "userTokenCount" | "userContainerCount";
  readonly tokens: "token" | "tokens" | "existingTokens" | "tokenOwner" | "tokenResolvers" | "tokenContainer";
  readonly containers: "container" | "existingContainer";
  readonly challenges: "challenges" | "challenge";
  readonly counters: "counter";
}

type Lookups = KnownLookups & { readonly [K in keyof HostDirectories]: K };

/** The lookups of a condition that requires these directories, and the facts that all conditions see. */
export type FactsOf<N extends DirectoryName> = Omit<Facts, Lookups[Exclude<DirectoryName, N>]>;
