import { countJsonValues, parseJson, problemMessage, ValueError } from "@bookend/core";
import { AdminError, errorCodes, parameterError } from "./errors.js";

/** Parameters of a request by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Maximum nesting depth. No binding needs more, and writing deeply nested values as JSON would exhaust the stack. */
const maxDepth = 32;

/**
 * Maximum number of values in the body of an import, at all depths: enough for some 10,000 bindings. With references in
 * YAML, a short string can represent billions of values.
 */
export const maxValues = 200_000;

/**
 * Refuses input that contains, at any depth, a field called `__proto__`, which would change the prototype of an object.
 * Refuses input that is nested too deeply or has too many values.
 *
 * @throws {AdminError} 400, 413
 */
export function checkNames(root: unknown): void {
  const open: (readonly [value: unknown, depth: number])[] = [[root, 0]];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > maxDepth) throw parameterError(problemMessage("nested too deeply", `${maxDepth} levels`, "parameters"));
    const names = Array.isArray(value) ? [] : Object.keys(value);
    const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    count += parts.length;
    if (count > maxValues) throw tooManyValues("The request", maxValues);
    for (const name of names) checkName(name);
    for (const part of parts) if (typeof part === "object") open.push([part, depth + 1]);
  }
}

/** Creates the error (413) for input with too many values. */
export function tooManyValues(what: string, most: number): AdminError {
  return new AdminError(
    413,
    errorCodes.parameter,
    problemMessage(`${what} contains more than ${most} values`, `${most}`),
  );
}

/**
 * Parses JSON after counting its values.
 *
 * @param what The beginning of the error message.
 * @throws {AdminError} 400, 413
 */
export function readJson(what: string, source: string, most = maxValues): unknown {
  if (countJsonValues(source, most) > most) throw tooManyValues(what, most);
  try {
    return parseJson(source);
  } catch (error) {
    if (error instanceof ValueError) throw parameterError(`${what} ${error.message}`);
    throw error;
  }
}

/**
 * Refuses `__proto__`. Other names that every object inherits, such as `constructor`, are valid field names, since an
 * option of a third-party handler may be called so.
 *
 * @throws {AdminError} 400
 */
export function checkName(name: string): void {
  if (name === "__proto__") throw parameterError(`A parameter must not be called "${name}".`);
}

/** Refuses unknown parameters, so that a typo does not go unnoticed. */
export function refuseUnknown(fields: Fields, allowed: readonly string[], prefix?: string): void {
  for (const name of Object.keys(fields)) {
    if (allowed.includes(name) || (prefix !== undefined && name.startsWith(prefix))) continue;
    const names = [...allowed, ...(prefix === undefined ? [] : [`${prefix}<name>`])];
    throw parameterError(problemMessage(`There is no parameter "${name}" here`, names.join(", ") || "none"));
  }
}

/**
 * Returns the value of a field, which must be a string; undefined if it is missing or null.
 *
 * @throws {AdminError} for anything else
 */
export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw wrong(name, value, "a string");
}

/**
 * Returns the value of a field, which must be an object or the JSON of an object; undefined if it is missing or null.
 *
 * @throws {AdminError} for anything else
 */
export function objectField(fields: Fields, name: string): Fields | undefined {
  const value = fromJson(fields[name], name);
  if (value === undefined || value === null) return undefined;
  if (isRecord(value)) return value;
  throw wrong(name, value, "an object, or the JSON of one");
}

/** Returns the error for a parameter whose value is missing or not valid. */
export function wrong(name: string, value: unknown, allowed: string) {
  if (value === undefined) return parameterError(problemMessage("is missing", allowed, name));
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return parameterError(problemMessage(`${short} is not valid`, allowed, name));
}

/**
 * Returns the object or list in a JSON string; any other value unchanged.
 *
 * @throws {AdminError} 400, 413 if a string begins like JSON but is not valid JSON, or has too many values
 */
export function fromJson(value: unknown, name: string): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  const parsed = readJson(name, value);
  checkNames(parsed);
  return parsed;
}

/** Returns whether a value is an object, and neither an array nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
