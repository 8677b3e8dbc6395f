import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { problemMessage } from "@bookend/core";
import { parse, satisfies, validRange } from "semver";

/** A package that a handler is loaded from. */
export interface HandlerPackage {
  readonly name: string;
  readonly version: string;
  /** The directory in which the package is installed. */
  readonly directory: string;
  /** The file that is imported. */
  readonly entry: string;
  /** The name of the export that creates the handler. */
  readonly factory: string;
}

/**
 * The error for a package from which no handler can be loaded. The message names the package, the problem and the
 * allowed values.
 */
export class HandlerPackageError extends Error {}

const require = createRequire(import.meta.url);

/** The version of `@bookend/core` that this server runs on. */
export const coreVersion = String(require("@bookend/core/package.json").version);

/**
 * Finds a package by the path of its directory or by its name. A name is looked up in the `node_modules` directories of
 * `from` and its parents, and then in those of this server.
 *
 * @param from The directory of the configuration file.
 * @throws {HandlerPackageError}
 */
export function findHandlerPackage(nameOrPath: string, from: string): HandlerPackage {
  const directory = directoryOf(nameOrPath, from);
  const shown = JSON.stringify(nameOrPath);
  if (directory === undefined) {
    throw new HandlerPackageError(
      problemMessage(
        `${shown} is not installed`,
        'an installed package, or a path that begins with "/", "./" or "../"',
      ),
    );
  }
  const manifest = manifestOf(directory, shown);
  const { name, version = "0.0.0", bookend, peerDependencies } = manifest;
  const factory = isRecord(bookend) ? bookend.handler : undefined;
  if (typeof factory !== "string" || factory === "") {
    throw new HandlerPackageError(
      problemMessage(
        `${shown} has no "bookend": { "handler": NAME } in its package.json`,
        "a package that names the factory of its handler there",
      ),
    );
  }
  const range = isRecord(peerDependencies) ? peerDependencies["@bookend/core"] : undefined;
  if (typeof range !== "string" || validRange(range) === null) {
    throw new HandlerPackageError(
      problemMessage(
        `${shown} has no valid range of @bookend/core among its peerDependencies`,
        `a range such as "^${coreVersion}"`,
      ),
    );
  }
  if (!satisfies(releaseOf(coreVersion), range)) {
    throw new HandlerPackageError(
      problemMessage(
        `${shown} needs @bookend/core ${range}, but this server has ${coreVersion}`,
        `a version of the package for ${coreVersion}`,
      ),
    );
  }
  const entry = join(directory, entryOf(manifest));
  if (!existsSync(entry)) {
    throw new HandlerPackageError(problemMessage(`${shown} has no file ${entry}`, "a package that has been built"));
  }
  return { name: String(name ?? nameOrPath), version: String(version), directory, entry, factory };
}

/**
 * Returns a version without its prerelease part: a package that needs `^1.0.0` also runs on `1.0.0-0`, the version in
 * this repository before the first release.
 */
function releaseOf(version: string): string {
  const { major, minor, patch } = parse(version) ?? { major: 0, minor: 0, patch: 0 };
  return `${major}.${minor}.${patch}`;
}

/** Returns the directory of a package, or undefined if the package is not installed. */
export function directoryOf(nameOrPath: string, from: string): string | undefined {
  if (isAbsolute(nameOrPath)) return existsSync(join(nameOrPath, "package.json")) ? nameOrPath : undefined;
  const searched = [createRequire(join(from, "bookend.yaml")), require].flatMap(
    (one) => one.resolve.paths(nameOrPath) ?? [],
  );
  return searched.map((parent) => join(parent, nameOrPath)).find((path) => existsSync(join(path, "package.json")));
}

function manifestOf(directory: string, shown: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    if (isRecord(manifest)) return manifest;
  } catch {
    // reported below
  }
  throw new HandlerPackageError(problemMessage(`${shown} has a package.json that cannot be read`, "JSON"));
}

/** Returns the file that an `import` of the package loads. */
function entryOf({ exports, main }: Readonly<Record<string, unknown>>): string {
  const dot = isRecord(exports) && "." in exports ? exports["."] : exports;
  return conditional(dot) ?? (typeof main === "string" ? main : "index.js");
}

/** Resolves conditional exports of package.json as Node.js does for an `import`. */
function conditional(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (!isRecord(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = ["node", "import", "default"].includes(condition) ? conditional(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
