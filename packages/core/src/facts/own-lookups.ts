import type { Call } from "../contracts/call.js";
import type { Directories, HostDirectory } from "../contracts/directories.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { attempt, whenKnown } from "./fact-memo.js";

/** The results of lookups in a host's own directories. */
export class OwnLookups {
  #found = new Map<string, MaybePromise<unknown>>();

  /** Looks up the object of a call in a directory, within the time limit; null if there is none. Keeps the result. */
  find(name: string, call: Call, directories: Directories, limitMs: number): MaybePromise<unknown> {
    const found = this.#found;
    if (found.has(name)) return found.get(name);
    const directory = (directories as Readonly<Record<string, HostDirectory<unknown> | undefined>>)[name];
    let value = attempt(() => mapMaybe(directory?.find(call), (one) => one ?? null));
    if (isPromise(value)) {
      value = withTimeLimit(value, limitMs, () => {
        return new BookendError("LOOKUP_TIMEOUT", `facts.${name} did not end within ${limitMs} ms.`);
      });
    }
    found.set(name, value);
    whenKnown(value, (known) => found.set(name, known));
    return value;
  }

  /**
   * Discards objects in directories that changed, and all objects if the request or the response changed; without an
   * argument, everything.
   */
  forget(changes: readonly string[] | undefined): void {
    const all = !changes || changes.includes("request") || changes.includes("response");
    // a new map, since a lookup that is still running writes into the old one
    this.#found = new Map(all ? [] : [...this.#found].filter(([name]) => !changes.includes(name)));
  }
}
