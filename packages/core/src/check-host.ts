import type { BookendOptions } from "./bookend.js";
import { directoryNames } from "./contracts/directories.js";
import type { HostEvent } from "./contracts/event.js";
import type { DefinitionCheck, KnownNames } from "./definitions/definition-check.js";
import { isFactMember } from "./facts/host-facts.js";
import { isRecord } from "./internal/is-record.js";
import type { HostTag } from "./templates/host-tags.js";
import { pathRoots } from "./templates/path-tags.js";
import { baseTags } from "./templates/tags.js";
import { timeTags } from "./templates/timed-template.js";
import { parameterPath } from "./values/field-comparison.js";

const tagNames: KnownNames<HostTag> = { description: true, secret: true, value: true };
const eventNames: KnownNames<HostEvent> = {
  description: true,
  parameters: true,
  response: true,
  creates: true,
  removes: true,
};

/** Words that have another meaning in double braces, and the first part of `{secret.NAME}`. */
const reserved: ReadonlySet<string> = new Set(["this", "else", "true", "false", "null", "undefined", "as", "secret"]);

/**
 * Checks the host's own parts: directories, tags, secrets, roles, events.
 *
 * @throws {BookendError} OPTIONS_INVALID
 */
export function checkHost(given: { readonly [K in keyof BookendOptions]?: unknown }, check: DefinitionCheck): void {
  checkDirectories(given.directories, check);
  checkTags(given.tags, check);
  checkSecrets(given.secrets, check);
  checkRoles(given.roles, check);
  checkSecretParameters(given.secretParameters, check);
  checkSecretHeaders(given.secretHeaders, check);
  checkEvents(given.events, check);
}

function checkDirectories(directories: unknown, check: DefinitionCheck): void {
  check.optional("directories", directories, isRecord, "an object of directories");
  for (const [name, directory] of check.entries("directories", (directories ?? {}) as object)) {
    const field = `directories.${name}`;
    check.optional(field, directory, isObject, "an object of lookups");
    if (directory === undefined || (directoryNames as readonly string[]).includes(name)) continue;
    if (!/^[a-z][A-Za-z0-9]{0,99}$/.test(name)) {
      throw check.error(
        field,
        "the name is not valid",
        "a lower-case letter, then letters and digits; at most 100 characters",
      );
    }
    if (isFactMember(name) || ["request", "response", "then"].includes(name)) {
      throw check.error(field, "facts already have something of this name", "another name");
    }
    const find = check.at(field).read(directory as Readonly<Record<string, unknown>>, "find");
    check.field(`${field}.find`, find, typeof find === "function", "a function");
  }
}

function checkTags(tags: unknown, check: DefinitionCheck): void {
  check.optional("tags", tags, isRecord, "an object of tags");
  for (const [name, tag] of check.entries("tags", (tags ?? {}) as object)) {
    const at = check.at(`tags.${name}`);
    if (!/^[a-z_][a-z0-9_]{0,99}$/.test(name) || reserved.has(name)) {
      const allowed = `a lower-case letter or "_", then lower-case letters, digits and "_"; at most 100 characters; not one of ${[...reserved].join(", ")}`;
      throw at.error(undefined, "the name is not valid", allowed);
    }
    if (baseTags.has(name) || timeTags.includes(name) || pathRoots.includes(name)) {
      throw at.error(undefined, "a tag of this name already exists", "a name that no other tag has");
    }
    const { description, secret, value } = at.object(tag, tagNames);
    at.field("description", description, typeof description === "string", "a string");
    at.optional("secret", secret, isBoolean, "true, false");
    at.field("value", value, typeof value === "function", "a function");
  }
}

function checkSecrets(secrets: unknown, check: DefinitionCheck): void {
  check.optional("secrets", secrets, isRecord, "an object of strings");
  for (const [name, value] of check.entries("secrets", (secrets ?? {}) as object)) {
    if (
      !/^[A-Za-z_][\w-]{0,99}$/.test(name) ||
      name.startsWith("__") ||
      name === "constructor" ||
      name === "prototype"
    ) {
      const allowed = 'a letter or "_", then letters, digits, "_" and "-"; at most 100 characters';
      throw check.error(`secrets.${name}`, "the name is not valid", allowed);
    }
    // the message must not show the value
    if (typeof value === "string" && value !== "") continue;
    throw check.error(
      `secrets.${name}`,
      value === undefined ? "is missing" : "is not valid",
      "a string that is not empty",
    );
  }
}

function checkRoles(roles: unknown, check: DefinitionCheck): void {
  const isRoles = (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((role) => typeof role === "string" && role !== "" && role === role.trim() && !role.includes(",")) &&
    new Set(value).size === value.length;
  check.optional(
    "roles",
    roles,
    isRoles,
    "a list of unique names, without commas and without leading or trailing spaces",
  );
}

function checkSecretParameters(parameters: unknown, check: DefinitionCheck): void {
  const allowed = "a list of names of parameters and JSON pointers into them";
  check.optional("secretParameters", parameters, Array.isArray, allowed);
  for (const [index, name] of ((parameters ?? []) as readonly unknown[]).entries()) {
    const field = `secretParameters.${index}`;
    check.field(field, name, typeof name === "string" && name !== "", "the name of a parameter, or a JSON pointer");
    check.field(field, name, isPath(name as string), "a JSON pointer whose keys do not lead to a prototype");
  }
}

function checkSecretHeaders(headers: unknown, check: DefinitionCheck): void {
  check.optional("secretHeaders", headers, Array.isArray, "a list of names of headers");
  for (const [index, name] of ((headers ?? []) as readonly unknown[]).entries()) {
    const isName = typeof name === "string" && /^[!#$%&'*+.^_`|~\w-]+$/.test(name);
    check.field(`secretHeaders.${index}`, name, isName, "the name of a header, such as x-device-id");
  }
}

function checkEvents(events: unknown, check: DefinitionCheck): void {
  const isEvents = (value: unknown) => isIterable(value) || isRecord(value);
  check.optional("events", events, isEvents, "an iterable of names, or an object of events");
  if (events === undefined || isIterable(events)) return;
  for (const [name, event] of check.entries("events", events as object)) {
    const at = check.at(`events.${name}`);
    if (name.trim() === "" || /\p{Cc}/u.test(name)) {
      throw at.error(undefined, "the name is not valid", "a name without control characters");
    }
    const { description, parameters, response, creates, removes } = at.object(event, eventNames);
    at.optional("description", description, (value) => typeof value === "string", "a string");
    at.optional("parameters", parameters, isRecord, "a JSON Schema");
    at.optional("response", response, isRecord, "a JSON Schema");
    at.optional("creates", creates, Array.isArray, "a list of directories");
    at.optional("removes", removes, Array.isArray, "a list of directories");
  }
}

function isPath(name: string): boolean {
  try {
    parameterPath(name);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isIterable(value: unknown): boolean {
  return typeof value !== "string" && Symbol.iterator in Object(value);
}
