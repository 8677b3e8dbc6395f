import type { JsonValue } from "@bookend/core";

/** The segments of a parsed JSON Pointer. */
export type Path = readonly string[];

/**
 * The result of a change. `document` is a new document that shares the unchanged parts with the old one, which is not
 * modified. `absent`: there is no value at the path, possibly because a parent has no members. `blocked`: the value
 * cannot be set: a parent has no members, or the index is past the end of a list. `opaque`: the path leads into an
 * object with its own serialization, whose members are unknown.
 */
export type PointerResult =
  | { readonly status: "changed"; readonly document: JsonValue }
  | { readonly status: "absent" | "blocked" | "opaque" };

type Parent = Record<string, JsonValue> | JsonValue[];

/** Maximum length of a pointer, in UTF-16 code units. */
const maxLength = 2_000;

const reserved = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Parses a JSON Pointer (RFC 6901). Pointers to the whole document, and keys that lead to a prototype, are refused.
 *
 * @throws {Error} with the reason in the message
 */
export function parsePointer(source: string): Path {
  if (source.length > maxLength) throw new Error(`must have at most ${maxLength} characters.`);
  if (!source.startsWith("/")) throw new Error('a JSON pointer begins with "/", e.g. /detail/message.');
  if (/~(?![01])/.test(source)) throw new Error('"~" must be written "~0", and "/" inside a key "~1" (RFC 6901).');
  const path = source
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const refused = path.find((key) => reserved.has(key));
  if (refused !== undefined) throw new Error(`a pointer through "${refused}" is refused.`);
  return path;
}

/** Sets the value at a path. Missing parents are created as objects; null counts as missing. */
export function setAt(document: unknown, path: Path, value: JsonValue): PointerResult {
  const [key, ...rest] = path;
  if (key === undefined) return { status: "changed", document: value };
  const parent = document === undefined || document === null ? {} : parentOf(document);
  if (typeof parent === "string") return { status: parent === "scalar" ? "blocked" : parent };
  const place = placeOf(parent, key);
  if (place === undefined) return { status: "blocked" };
  const changed = setAt(read(parent, place), rest, value);
  return changed.status === "changed" ? withValue(parent, place, changed.document) : changed;
}

/** Removes the value at a path. Later items of a list move up by one. */
export function deleteAt(document: unknown, path: Path): PointerResult {
  const [key = "", ...rest] = path;
  const parent = parentOf(document);
  if (typeof parent === "string") return { status: parent === "scalar" ? "absent" : parent };
  const place = placeOf(parent, key);
  const value = place === undefined ? undefined : read(parent, place);
  if (place === undefined || value === undefined) return { status: "absent" };
  if (rest.length > 0) {
    const changed = deleteAt(value, rest);
    return changed.status === "changed" ? withValue(parent, place, changed.document) : changed;
  }
  if (Array.isArray(parent)) return { status: "changed", document: parent.toSpliced(Number(place), 1) };
  const { [place]: _removed, ...others } = parent;
  return { status: "changed", document: others };
}

/**
 * Returns an object or a list, or the reason why a value has no members: it is a scalar, or an object with its own
 * serialization.
 */
export function parentOf(value: unknown): Parent | "scalar" | "opaque" {
  if (typeof value === "function") return "opaque";
  if (typeof value !== "object" || value === null) return "scalar";
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return "opaque";
  if (Array.isArray(value)) return value as JsonValue[];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? (value as Record<string, JsonValue>) : "opaque";
}

/** Returns the position of a key in an object or list. Undefined if it is neither an index nor the end of the list. */
function placeOf(parent: Parent, key: string): string | undefined {
  if (!Array.isArray(parent)) return key;
  if (key === "-") return String(parent.length);
  return /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) <= parent.length ? key : undefined;
}

function read(parent: Parent, place: string): JsonValue | undefined {
  return Object.hasOwn(parent, place) ? (parent as Record<string, JsonValue>)[place] : undefined;
}

function withValue(parent: Parent, place: string, value: JsonValue): PointerResult {
  if (!Array.isArray(parent)) return { status: "changed", document: { ...parent, [place]: value } };
  const items = [...parent];
  items[Number(place)] = value;
  return { status: "changed", document: items };
}
