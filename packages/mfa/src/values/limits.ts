import { problemMessage } from "@bookend/core";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";

/** Maximum lengths of stored strings in UTF-16 code units, maximum numbers of objects, and largest allowed numbers. */
export const limits = {
  description: 1_000,
  infoValue: 10_000,
  /** Names, and values without a separate limit. */
  text: 255,
  /** Fields in the info of a token or a container. */
  infoFields: 1_000,
  /** Resolvers of a realm, since a search for users queries each of them. */
  resolversOfRealm: 100,
  /** The priority of a resolver in a realm. */
  priority: 1_000_000,
  /** Maximum page number, and maximum page size that a client may request; a response may contain fewer objects. */
  pages: 1_000_000_000,
  /** Seconds for one step of sending a mail. */
  mailTimeout: 3_600,
  /** Seconds for a response of a federation server. */
  federationTimeout: 300,
  /** Concurrent connections to a mail server. */
  mailConnections: 100,
} as const;

/**
 * Returns the string if it is not too long to be stored.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkLength(field: string, text: string, most: number = limits.text): string {
  if (text.length <= most) return text;
  throw parameterError(problemMessage(`has ${text.length} characters`, `up to ${most}`, field));
}

/**
 * Checks a number before it is stored.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkWholeNumber(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalidValue(field, value, `a whole number from ${min} to ${max}`);
}

/**
 * Checks the length of each string in a record. Other values are ignored.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkLengths(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") {
      checkLength(name, value, name === "description" ? limits.description : limits.text);
    }
  }
}

/**
 * Checks the names, the values and the number of info fields.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkInfo(kind: "tokeninfo" | "container info", info: Readonly<Record<string, string>>): void {
  const fields = Object.entries(info);
  checkFieldCount(kind, fields.length);
  for (const [key, value] of fields) {
    checkLength(`the name of a field of ${kind}`, key);
    checkLength(`${kind} ${key}`, value, limits.infoValue);
  }
}

/** @throws {MfaError} PARAMETER_INVALID */
export function checkFieldCount(kind: "tokeninfo" | "container info", count: number): void {
  if (count <= limits.infoFields) return;
  throw parameterError(problemMessage(`has ${count} fields`, `up to ${limits.infoFields}`, kind));
}
