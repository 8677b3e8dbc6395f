import type { Directories } from "../contracts/directories.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import { withTimeLimit } from "../internal/time-limit.js";

type Method = (...args: readonly unknown[]) => MaybePromise<unknown>;

/** The same directories, whose look-ups reject with `LOOKUP_TIMEOUT` when they take longer than `limitMs` milliseconds. */
export function limitLookups(directories: Directories, limitMs: number): Directories {
  return Object.fromEntries(
    Object.entries(directories).map(([name, directory]) => [name, directory && limited(name, directory, limitMs)]),
  );
}

function limited(name: string, directory: object, limitMs: number): object {
  // inherits whatever else it has; methods are called on the directory itself
  const limitedDirectory: object = Object.create(directory);
  for (const method of methodNames(directory)) {
    const late = () =>
      new BookendError("LOOKUP_TIMEOUT", `directories.${name}.${method} did not end within ${limitMs} ms.`);
    Object.defineProperty(limitedDirectory, method, {
      value: (...args: readonly unknown[]) => {
        // read at each call: a host may replace a method later
        const found = (directory as Record<string, Method>)[method]?.(...args);
        return isPromise(found) ? withTimeLimit(found, limitMs, late) : found;
      },
    });
  }
  return limitedDirectory;
}

function methodNames(directory: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: object | null = directory; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name !== "constructor" && typeof property.value === "function") names.add(name);
    }
  }
  return names;
}
