import { parseJson, ValueError } from "@bookend/core";
import { parameterError } from "./errors.js";

/** Parameters of a request by name. */
export type Fields = Readonly<Record<string, unknown>>;

const refusedNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Deeper nesting means nothing in a binding, and would exhaust the stack of whoever writes it as JSON. */
const maxDepth = 32;

/** More values than a body of the largest size has; references in YAML can make a short text stand for billions. */
const maxValues = 500_000;

/**
 * Refuses names that mean the prototype, and endless nesting, anywhere in what a client sent.
 *
 * @throws {AdminError} 400
 */
export function checkNames(root: unknown): void {
  const open: (readonly [value: unknown, depth: number])[] = [[root, 0]];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > maxDepth) throw parameterError(`The parameters are nested deeper than ${maxDepth} levels.`);
    for (const [name, part] of Object.entries(value)) {
      count += 1;
      if (count > maxValues) throw parameterError(`The parameters hold more than 500,000 values.`);
      checkName(name);
      if (typeof part === "object") open.push([part, depth + 1]);
    }
  }
}

/**
 * Refuses a name that means the prototype.
 *
 * @throws {AdminError} 400
 */
export function checkName(name: string): void {
  if (refusedNames.has(name)) throw parameterError(`A parameter must not be called "${name}".`);
}

/** Refuses parameters that nobody would read, so that a typo does not go unnoticed. */
export function refuseUnknown(fields: Fields, allowed: readonly string[], prefix?: string): void {
  for (const name of Object.keys(fields)) {
    if (allowed.includes(name) || (prefix !== undefined && name.startsWith(prefix))) continue;
    const names = [...allowed, ...(prefix === undefined ? [] : [`${prefix}<name>`])];
    throw parameterError(`There is no parameter "${name}" here; allowed: ${names.join(", ") || "none"}.`);
  }
}

/**
 * A string that may be missing.
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
 * An object, or the JSON of one, that may be missing.
 *
 * @throws {AdminError} for anything else
 */
export function objectField(fields: Fields, name: string): Fields | undefined {
  const value = fromJson(fields[name], name);
  if (value === undefined || value === null) return undefined;
  if (isRecord(value)) return value;
  throw wrong(name, value, "an object, or the JSON of one");
}

/** The error of a parameter with a wrong value, or without one. */
export function wrong(name: string, value: unknown, allowed: string) {
  if (value === undefined) return parameterError(`${name} is missing. Allowed: ${allowed}.`);
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return parameterError(`${name}: ${short} is not valid. Allowed: ${allowed}.`);
}

/**
 * The object or list that a string holds as JSON; any other value as it is.
 *
 * @throws {AdminError} 400 where a string begins like JSON and is none
 */
export function fromJson(value: unknown, name: string): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    const parsed = parseJson(value);
    checkNames(parsed);
    return parsed;
  } catch (error) {
    if (error instanceof ValueError) throw parameterError(`${name} ${error.message}`);
    throw error;
  }
}

/** Whether a value is an object with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
