import { problemMessage } from "@bookend/core";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";
import { formatMinute, parseInstant } from "../values/instant.js";

/** Tokeninfo fields of a validity period. */
export const validityFields = ["validity_period_start", "validity_period_end"] as const;

/**
 * Converts the start or the end of a validity period to the format of tokeninfo.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function validityEnd(name: string, text: string): string {
  const instant = parseInstant(text);
  if (instant === undefined) throw invalidValue(name, text, "a date and time such as 2026-03-15T12:00+0000");
  return formatMinute(instant);
}

/**
 * Refuses an empty validity period. A start or an end that is absent or not a date is ignored.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkValidity(serial: string, info: Readonly<Record<string, string | undefined>>): void {
  const { validity_period_start: start, validity_period_end: end } = info;
  const begins = start === undefined ? undefined : parseInstant(start);
  const ends = end === undefined ? undefined : parseInstant(end);
  if (begins === undefined || ends === undefined || begins < ends) return;
  throw parameterError(
    problemMessage(
      `token ${JSON.stringify(serial)} would never be valid, since it would begin at ${start} and end at ${end}`,
      "a start before the end",
      "validity_period_start",
    ),
  );
}
