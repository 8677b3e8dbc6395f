import { problemMessage } from "@bookend/core";
import { type MfaError, parameterError } from "./mfa-error.js";

/** Creates the error for a field whose value is not allowed: `<field>: <value> is not valid. Allowed: <what>.` */
export function invalidValue(field: string, value: string | number, allowed: string): MfaError {
  return parameterError(problemMessage(`${shown(value)} is not valid`, allowed, field));
}

/** Returns a value for messages, as JSON. Long strings are shortened. */
export function shown(value: string | number): string {
  return JSON.stringify(typeof value === "string" && value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
