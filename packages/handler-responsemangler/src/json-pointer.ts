import type { JsonValue } from "@bookend/core";

/** What a JSON Pointer leads through, in order. */
export type Path = readonly string[];

/** How a change ended: done, nothing there, or a pointer that leads nowhere (through a scalar, or past an array's end). */
export type PointerResult = "changed" | "absent" | "blocked";

type Parent = Record<string, JsonValue> | JsonValue[];

const reserved = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Parses a JSON Pointer (RFC 6901). Throws an error that says what is wrong with it:
 * the whole document and keys through which prototypes are reached are refused.
 */
export function parsePointer(source: string): Path {
  if (!source.startsWith("/")) throw new Error('a JSON pointer begins with "/", e.g. /detail/message.');
  if (/~(?![01])/.test(source)) throw new Error('"~" must be written "~0", and "/" inside of a key "~1" (RFC 6901).');
  const path = source
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const refused = path.find((key) => reserved.has(key));
  if (refused !== undefined) throw new Error(`a pointer through "${refused}" is refused.`);
  return path;
}

/** Sets the value at a path. Missing parents are created as objects; null counts as missing. */
export function setAt(document: Record<string, JsonValue>, path: Path, value: JsonValue): PointerResult {
  let parent: Parent = document;
  for (const key of path.slice(0, -1)) {
    const place = placeOf(parent, key);
    if (place === undefined) return "blocked";
    let child = read(parent, place);
    if (child === undefined || child === null) {
      child = {};
      write(parent, place, child);
    }
    if (typeof child !== "object") return "blocked";
    parent = child as Parent;
  }
  const place = placeOf(parent, path.at(-1) ?? "");
  if (place === undefined) return "blocked";
  write(parent, place, value);
  return "changed";
}

/** Removes the value at a path; behind it, the items of an array move up. */
export function deleteAt(document: Record<string, JsonValue>, path: Path): PointerResult {
  let parent: Parent = document;
  for (const key of path.slice(0, -1)) {
    const place = placeOf(parent, key);
    const child = place === undefined ? undefined : read(parent, place);
    if (child === undefined || child === null) return "absent";
    if (typeof child !== "object") return "blocked";
    parent = child as Parent;
  }
  const place = placeOf(parent, path.at(-1) ?? "");
  if (place === undefined || read(parent, place) === undefined) return "absent";
  if (Array.isArray(parent)) parent.splice(Number(place), 1);
  else delete parent[place];
  return "changed";
}

/** Where a key is in an object or array; undefined for what is no index of the array nor its end. */
function placeOf(parent: Parent, key: string): string | undefined {
  if (!Array.isArray(parent)) return key;
  if (key === "-") return String(parent.length);
  return /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) <= parent.length ? key : undefined;
}

function read(parent: Parent, place: string): JsonValue | undefined {
  return Object.hasOwn(parent, place) ? (parent as Record<string, JsonValue>)[place] : undefined;
}

function write(parent: Parent, place: string, value: JsonValue): void {
  (parent as Record<string, JsonValue>)[place] = value;
}
