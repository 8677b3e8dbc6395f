import type { CallField } from "../contracts/call.js";
import { currentRun } from "../internal/third-party.js";
import type { TagRegistry } from "./tag.js";

/** The names that templates of one host may use, and which of them are secret. */
export interface TagScope {
  /** The base tags, the tags of the host, and `secret.NAME` for each of the host's secrets. */
  readonly tags: TagRegistry;
  /** Returns whether a field of a call contains a secret: by its name, or because the host declares it. */
  isSecret(field: CallField): boolean;
}

/**
 * Returns the scope of the host whose handler is running: schemas of options, checks and actions parse templates
 * without knowing the host. Undefined outside them, where only the base tags exist.
 */
export function currentTagScope(): TagScope | undefined {
  return currentRun()?.tags as TagScope | undefined;
}
