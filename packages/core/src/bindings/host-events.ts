import type { CallField } from "../contracts/call.js";
import type { EventDescription, HostEvent } from "../contracts/event.js";
import { anyKey, secretPathsIn } from "../internal/schema-paths.js";
import { hasSecretName, isSecretHeader } from "../internal/secret-names.js";

/** Paths to secrets, by the part of the call that contains them. */
type SecretPaths = { readonly [K in CallField["in"]]: readonly (readonly string[])[] };

/** Events by name, or names alone. */
export type HostEvents = Iterable<string> | { readonly [name: string]: HostEvent };

/** The events of a host, and the fields that their schemas mark as secret. */
export class KnownEvents {
  /** Names of the declared events; empty if none was declared, in which case any event exists. */
  readonly names = new Set<string>();
  readonly described = new Map<string, EventDescription>();
  /** Paths to secrets that the host declares for all events. */
  readonly #declared: SecretPaths;
  #secrets: SecretPaths;

  /** @param secrets Paths to secrets in the calls of all events. */
  constructor({
    parameters = [],
    headers = [],
  }: { readonly [K in keyof SecretPaths]?: SecretPaths[K] | undefined } = {}) {
    this.#declared = { parameters: lowerCased(parameters), headers: lowerCased(headers), response: [] };
    this.#secrets = this.#declared;
  }

  /** Adds events; a description replaces an earlier one. */
  declare(events: Iterable<string | EventDescription>): void {
    for (const event of events) {
      if (typeof event !== "string") this.described.set(event.name, event);
      this.names.add(typeof event === "string" ? event : event.name);
    }
    const described = [...this.described.values()];
    const marked = (field: "parameters" | "response") =>
      described.flatMap(({ [field]: schema }) => (schema ? secretPathsIn(schema) : []));
    const { parameters, headers } = this.#declared;
    this.#secrets = {
      parameters: [...parameters, ...lowerCased(marked("parameters"))],
      headers,
      response: lowerCased(marked("response")),
    };
  }

  /**
   * Whether a field is a secret, contains one, or is a part of one: either by its name, or because the host declares it
   * as secret, for all events or in the schema of one.
   */
  readonly isSecret = ({ in: part, path }: CallField): boolean =>
    hasSecretName(path) ||
    (part === "headers" && path[0] !== undefined && isSecretHeader(path[0])) ||
    this.#secrets[part].some((secret) => meet(secret, path));
}

/** Returns the descriptions of the events that are passed to `createBookend`. */
export function eventsOf(events: HostEvents): Iterable<string | EventDescription> {
  if (Symbol.iterator in events) return events as Iterable<string>;
  return Object.entries(events).map(([name, event]) => ({ ...event, name }));
}

/**
 * Converts keys to lower case. They are compared in any letter case, since a call is recorded as the caller sent it,
 * even if the API does not recognize a key in that case.
 */
function lowerCased(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return paths.map((path) => path.map((key) => key.toLowerCase()));
}

/**
 * Returns whether one path is the beginning of the other, or both are equal. The keys of a secret are in lower case.
 */
function meet(secret: readonly string[], path: readonly string[]): boolean {
  const shared = Math.min(secret.length, path.length);
  for (let i = 0; i < shared; i++) {
    if (secret[i] !== anyKey && secret[i] !== path[i]?.toLowerCase()) return false;
  }
  return true;
}
