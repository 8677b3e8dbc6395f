import type { DirectoryName } from "./directories.js";
import type { JsonSchema } from "./value-type.js";

/** A host's description of one of its events, so that `check` can warn of bindings that need something such a call does not have. */
export interface HostEvent {
  readonly description?: string | undefined;
  /**
   * JSON Schema of the call's parameters. `check` warns of conditions that ask for others. What it marks with `writeOnly` or
   * `x-secret` is secret, for all events: see `BookendOptions.secretParameters`.
   */
  readonly parameters?: JsonSchema | undefined;
  /** JSON Schema of the response's body; as for `parameters`. */
  readonly response?: JsonSchema | undefined;
  /** Directories of the objects that such a call makes: at `pre` they do not exist yet. */
  readonly creates?: readonly DirectoryName[] | undefined;
  /** Directories of the objects that such a call deletes: at `post` they are gone, and seen only as they were (`notes.before`). */
  readonly removes?: readonly DirectoryName[] | undefined;
}

/** An event of a host with its name. */
export interface EventDescription extends HostEvent {
  readonly name: string;
}
