import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** The names of a route's parameters. */
export interface ParameterNames {
  /** Alternative names of a parameter that clients use: `{ transaction_id: ["state"] }`. */
  readonly aliases?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Maximum number of different serials in a list. */
const maxSerials = 100;

/** Parameters with names of objects, from which surrounding blanks are removed. */
const identifiers = ["serial", "container_serial", "transaction_id"] as const;

/**
 * Converts parameters to the form that conditions, actions and routes expect: numbers and booleans as strings, no
 * nulls, aliases under one name, identifiers trimmed, a list of serials joined by commas with each serial once. The
 * conversion is idempotent.
 *
 * @throws {MfaError} PARAMETER_INVALID for two names of one parameter with different values, and for more than 100
 * serials
 */
export function normalizeParameters(
  given: Readonly<Record<string, unknown>>,
  { aliases = {} }: ParameterNames,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(given)) if (value !== null) parameters[name] = asString(value);
  for (const [name, others] of Object.entries(aliases)) {
    for (const other of others) if (other in parameters) rename(parameters, other, name);
  }
  for (const name of identifiers) {
    const value = parameters[name];
    if (typeof value === "string") parameters[name] = value.trim();
  }
  const { serial } = parameters;
  if (Array.isArray(serial) && serial.every((each) => typeof each === "string")) parameters.serial = serial.join(",");
  if (typeof parameters.serial === "string" && parameters.serial.includes(",")) {
    parameters.serial = serialsOf(parameters.serial).join(",");
  }
  return parameters;
}

/**
 * Returns the serials of a comma-separated list, without duplicates.
 *
 * @throws {MfaError} PARAMETER_INVALID for more than 100
 */
export function serialsOf(list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  const serials = new Set(list.split(",").map((serial) => serial.trim()));
  serials.delete("");
  if (serials.size > maxSerials) {
    throw parameterError(problemMessage(`${serials.size} serials are too many`, `${maxSerials}`, "serial"));
  }
  return [...serials];
}

function rename(parameters: Record<string, unknown>, from: string, to: string): void {
  const value = parameters[from];
  delete parameters[from];
  if (to in parameters && parameters[to] !== value) {
    throw parameterError(problemMessage(`the request has a different value for ${from}`, "one of the two names", to));
  }
  parameters[to] = value;
}

function asString(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? value.map((each) => (typeof each === "number" ? String(each) : each)) : value;
}
