import { problemMessage } from "@bookend/core";
import { AdapterError } from "./errors.js";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";
import { refuseFields } from "./parse-form.js";

/** The sources of a request's parameters. */
export interface ParameterSources {
  /** The parsed query. */
  readonly query?: unknown;
  /** The parsed body; a body that is not an object (a JSON array, a string, a file) has no parameters. */
  readonly body?: unknown;
  /** Whether the body was a form, so that a list in it is a name that occurs more than once. @default false */
  readonly form?: boolean | undefined;
  /** The parameters of the path. */
  readonly path?: unknown;
}

/** Options for collecting parameters. */
export interface CollectOptions {
  /** Names that may occur more than once in the query or the form; `true` for any. @default none */
  readonly lists?: readonly string[] | true | undefined;
  readonly limits?: ParameterLimits | undefined;
}

const refusedNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Returns the parameters of a request: query, then form or JSON body, then path; a later one replaces an earlier one of
 * the same name. The result has no prototype. The wildcard of a path (`*`) is not a parameter.
 *
 * @throws {AdapterError} PARAMETER_REFUSED, including for names deep inside a JSON body
 * @throws {AdapterError} PARAMETER_NAME_TOO_LONG
 * @throws {AdapterError} PARAMETER_REPEATED
 * @throws {AdapterError} TOO_MANY_PARAMETERS
 * @throws {AdapterError} BODY_TOO_DEEP
 */
export function collectParameters(
  { query, body, form = false, path }: ParameterSources,
  { lists = [], limits = defaultParameterLimits }: CollectOptions = {},
): Record<string, unknown> {
  // without a prototype, so that a parameter that was not sent is absent, whatever its name
  const parameters: Record<string, unknown> = Object.create(null);
  merge(parameters, "query", query, limits);
  refuseRepeated("query", query, lists, limits);
  if (isParameterObject(body)) {
    merge(parameters, "body", body, limits);
    if (form) refuseRepeated("form", body, lists, limits);
  } else refuseNames("body", body, limits);
  merge(parameters, "path", path, limits);
  delete parameters["*"];
  return parameters;
}

function merge(parameters: Record<string, unknown>, source: string, values: unknown, limits: ParameterLimits): void {
  refuseNames(source, values, limits);
  for (const [name, value] of Object.entries(values ?? {})) {
    // a missing optional part of the path must not override another parameter
    if (value !== undefined) parameters[name] = value;
  }
}

/**
 * Checks every name, the depth and the number of values. Works without recursion, since a body may be nested as deeply
 * as it is long.
 */
function refuseNames(source: string, root: unknown, { nameLength, depth, values }: ParameterLimits): void {
  if (!isNested(root)) return;
  let level: object[] = [root];
  let count = 0;
  for (let reached = 1; level.length > 0; reached++) {
    if (reached > depth) {
      throw new AdapterError("BODY_TOO_DEEP", problemMessage("nested too deeply", `${depth} levels`, source), 400);
    }
    const next: object[] = [];
    for (const value of level) {
      if (Array.isArray(value)) {
        count = refuseValues(source, count + value.length, values);
        for (const item of value) if (isNested(item)) next.push(item);
        continue;
      }
      for (const [name, item] of Object.entries(value)) {
        count = refuseValues(source, count + 1, values);
        refuseName(source, name, nameLength);
        if (isNested(item)) next.push(item);
      }
    }
    level = next;
  }
}

function refuseValues(source: string, count: number, most: number): number {
  if (count <= most) return count;
  throw new AdapterError("TOO_MANY_PARAMETERS", problemMessage(`more than ${most} values`, `${most}`, source), 413);
}

function refuseName(source: string, name: string, nameLength: number): void {
  if (name.length > nameLength) {
    throw new AdapterError(
      "PARAMETER_NAME_TOO_LONG",
      problemMessage(`the name of a parameter has ${name.length} characters`, `${nameLength}`, source),
      400,
    );
  }
  refuseReservedName(source, name);
}

/** @throws {AdapterError} PARAMETER_REFUSED */
export function refuseReservedName(source: string, name: string): void {
  if (!refusedNames.has(name)) return;
  throw new AdapterError("PARAMETER_REFUSED", `${source}: a parameter must not be named "${name}".`, 400);
}

/**
 * Refuses a query or form with more than `fields` fields, or with a repeated name, whose values were read as a list,
 * unless `lists` contains the name.
 */
function refuseRepeated(
  source: string,
  values: unknown,
  lists: readonly string[] | true,
  { fields }: ParameterLimits,
): void {
  let count = 0;
  for (const [name, value] of Object.entries(values ?? {})) {
    count += Array.isArray(value) ? value.length : 1;
    refuseFields(source, count, fields);
    if (Array.isArray(value) && lists !== true && !lists.includes(name)) {
      throw new AdapterError(
        "PARAMETER_REPEATED",
        problemMessage(`"${name}" occurs more than once`, "once", source),
        400,
      );
    }
  }
}

/** Returns whether the names in a value are checked. Bytes and streams have no names that a caller chose. */
function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !isStream(value);
}

/** Returns whether a body has parameters. */
export function isParameterObject(body: unknown): body is object {
  return isNested(body) && !Array.isArray(body);
}

function isStream(value: object): boolean {
  const { pipe, getReader } = value as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === "function" || typeof getReader === "function";
}
