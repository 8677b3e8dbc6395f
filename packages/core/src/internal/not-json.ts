/** Maximum nesting that counts as JSON: deeper values would break recursive code that writes or reads them. */
const maxDepth = 64;

/**
 * Returns the path of the first part of a value that JSON cannot represent (`attachments.0.content`, or an empty path
 * for the value itself), with a description of it; undefined if all of it is JSON. A field that is `undefined` counts
 * as missing.
 */
export function notJson(value: unknown): { readonly path: string; readonly found: string } | undefined {
  return find(value, "", 0, undefined);
}

/** An object and those that it is in: a list, since hardly any value is nested deeply. */
interface Outer {
  readonly value: object;
  readonly outer: Outer | undefined;
}

function isIn(value: object, outer: Outer | undefined): boolean {
  for (let one = outer; one !== undefined; one = one.outer) if (one.value === value) return true;
  return false;
}

function find(
  value: unknown,
  path: string,
  depth: number,
  outer: Outer | undefined,
): { readonly path: string; readonly found: string } | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : { path, found: String(value) };
    case "object":
      break;
    default:
      return { path, found: value === undefined ? "undefined" : `a ${typeof value}` };
  }
  if (value === null) return undefined;
  if (isIn(value, outer)) return { path, found: "a circular reference" };
  if (depth === maxDepth) return { path, found: `something nested deeper than ${maxDepth} levels` };
  const prototype: unknown = Object.getPrototypeOf(value);
  const list = Array.isArray(value);
  if (!list && prototype !== Object.prototype && prototype !== null) {
    return { path, found: "an instance of a class" };
  }
  for (const key of Object.keys(value)) {
    const part: unknown = (value as Record<string, unknown>)[key];
    if (part === undefined && !list) continue;
    const wrong = find(part, path === "" ? key : `${path}.${key}`, depth + 1, { value, outer });
    if (wrong) return wrong;
  }
  return undefined;
}
