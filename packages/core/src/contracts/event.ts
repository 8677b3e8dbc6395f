import type { DirectoryName } from "./directories.js";
import type { JsonSchema } from "./value-type.js";

/**
 * A host's description of one of its events, so that `check` can warn about bindings that need something that such a
 * call does not have.
 */
export interface HostEvent {
  readonly description?: string | undefined;
  /**
   * JSON Schema of the call's parameters. `check` warns about conditions on other parameters. Parameters that the
   * schema marks with `writeOnly` or `x-secret` are secret for all events: see `BookendOptions.secretParameters`.
   */
  readonly parameters?: JsonSchema | undefined;
  /** JSON Schema of the response's body, used in the same way as `parameters`. */
  readonly response?: JsonSchema | undefined;
  /** Directories of the objects that such a call creates: at `pre`, they do not exist yet. */
  readonly creates?: readonly DirectoryName[] | undefined;
  /**
   * Directories of the objects that such a call deletes: at `post`, they no longer exist, and only their earlier state
   * is visible (`notes.before`).
   */
  readonly removes?: readonly DirectoryName[] | undefined;
}

/** An event of a host with its name. */
export interface EventDescription extends HostEvent {
  readonly name: string;
}
