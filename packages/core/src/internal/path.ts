import { isRecord } from "./is-record.js";

/** Names that lead to a prototype, which paths must not contain. */
export const prototypeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** An index of a list, without a sign or leading zeros. */
const listIndex = /^(?:0|[1-9]\d{0,8})$/;

/** Returns the value at a path of own keys and list indexes; undefined if there is none. */
export function valueAtPath(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) current = listIndex.test(key) ? current[Number(key)] : undefined;
    else if (isRecord(current)) current = Object.hasOwn(current, key) ? current[key] : undefined;
    else return undefined;
  }
  return current;
}

/**
 * Returns the keys of a JSON pointer (RFC 6901) that begins with a slash; undefined if it contains an invalid escape.
 */
export function pointerKeys(pointer: string): readonly string[] | undefined {
  if (/~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}
