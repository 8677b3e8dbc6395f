import type { Position } from "../contracts/binding.js";
import type { MaybePromise } from "../contracts/maybe-promise.js";
import type { Facts } from "../facts/facts.js";

/** The sources of the values of tags. */
export interface TagContext {
  readonly facts: Facts;
  readonly position: Position;
  /** The URL of the host, from its configuration. */
  readonly url?: string | undefined;
  /**
   * Determines the browser from a User-Agent header. @default the names that the library bowser knows; for other
   * programs, the first product in the header
   */
  readonly browserOf?: ((userAgent: string) => string) | undefined;
}

/** Tags by name. */
export type TagRegistry = ReadonlyMap<string, Tag>;

/** A name in a template that represents a value of the call. */
export interface Tag {
  /**
   * Lower-case letters, digits and underscores; for a secret of the host, `secret.NAME`; for a path, such as
   * `user.email`, or a time with a format or a zone, the path or time as written.
   */
  readonly name: string;
  readonly description: string;
  /** Whether a person who reads the value can misuse it. */
  readonly secret: boolean;
  /** Returns the value, looked up when it is needed; undefined if the call has none. */
  value(context: TagContext): MaybePromise<string | undefined>;
}
