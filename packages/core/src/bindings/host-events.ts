import type { CallField } from "../contracts/call.js";
import type { EventDescription, HostEvent } from "../contracts/event.js";
import { anyKey, secretPathsIn } from "../internal/schema-paths.js";
import { hasSecretName, isSecretHeader } from "../internal/secret-names.js";

/** Events by name, or names alone. */
export type HostEvents = Iterable<string> | { readonly [name: string]: HostEvent };

/** The events of a host, and what their schemas say is secret. */
export class KnownEvents {
  /** Their names; none if none was declared, and then any exists. */
  readonly names = new Set<string>();
  readonly described = new Map<string, EventDescription>();
  readonly #secretParameters: readonly (readonly string[])[];
  #secrets: { readonly [K in CallField["in"]]: readonly (readonly string[])[] };

  /** @param secretParameters Paths to parameters of all events that hold secrets. */
  constructor(secretParameters: readonly (readonly string[])[] = []) {
    this.#secretParameters = secretParameters;
    this.#secrets = { parameters: secretParameters, response: [], headers: [] };
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
    this.#secrets = {
      parameters: [...this.#secretParameters, ...marked("parameters")],
      response: marked("response"),
      headers: [],
    };
  }

  /** Whether a field holds a secret, or a part of one, or has one in it: by a name, or because the host says so of any event. */
  readonly isSecret = ({ in: part, path }: CallField): boolean =>
    hasSecretName(path) ||
    (part === "headers" && path[0] !== undefined && isSecretHeader(path[0])) ||
    this.#secrets[part].some((secret) => meet(secret, path));
}

/** The descriptions of what `createBookend` is given as events. */
export function eventsOf(events: HostEvents): Iterable<string | EventDescription> {
  if (Symbol.iterator in events) return events as Iterable<string>;
  return Object.entries(events).map(([name, event]) => ({ ...event, name }));
}

/** Whether one path leads to the other, or both to the same. */
function meet(secret: readonly string[], path: readonly string[]): boolean {
  const shared = Math.min(secret.length, path.length);
  for (let i = 0; i < shared; i++) {
    if (secret[i] !== anyKey && secret[i] !== path[i]) return false;
  }
  return true;
}
