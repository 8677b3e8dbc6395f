import type { DirectoryName } from "./directories.js";

/** What a host says about one of its events, so that `check` can warn of conditions that are bound at the wrong end. */
export interface EventDescription {
  readonly name: string;
  /** Directories of the objects that such a call makes: at `pre` they do not exist yet. */
  readonly creates?: readonly DirectoryName[] | undefined;
  /** Directories of the objects that such a call deletes: at `post` they are gone, and seen only as they were (`notes.before`). */
  readonly removes?: readonly DirectoryName[] | undefined;
}
