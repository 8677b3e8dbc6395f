import { problemMessage, secretMark } from "@bookend/core";
import { type MfaError, parameterError } from "./mfa-error.js";

/** Creates the error for a masked value if no secret is stored for it. */
export function maskedValueError(name: string, value: unknown): MfaError {
  return parameterError(
    problemMessage(
      `${JSON.stringify(value)} has ${secretMark} instead of a secret, but no secret is stored for it`,
      "the value with its secret, or the stored value exactly as it is shown",
      name,
    ),
  );
}
