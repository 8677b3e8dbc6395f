import { problemMessage } from "@bookend/core";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";

/** Parameters of a request, from a query, a form or JSON. */
export type Parameters = Readonly<Record<string, unknown>>;

/**
 * Returns a parameter as a string. `undefined` if it is absent, null or empty.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function textParameter(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "object") throw parameterError(problemMessage("is a list or an object", "a string", name));
  const text = String(value);
  if (text.includes("\0"))
    throw parameterError(problemMessage("contains a NUL character", "a string without one", name));
  return text;
}

/**
 * Returns a whole number within the bounds.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function integerParameter(
  parameters: Parameters,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textParameter(parameters, name);
  if (text === undefined) return undefined;
  const number = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= bounds.min && number <= bounds.max)) {
    throw invalidValue(name, text, `a whole number from ${bounds.min} to ${bounds.max}`);
  }
  return number;
}

/**
 * Returns one of these values, ignoring letter case.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function choiceParameter<Choice extends string>(
  parameters: Parameters,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textParameter(parameters, name);
  if (text === undefined) return undefined;
  const choice = choices.find((each) => each === text.toLowerCase());
  if (choice === undefined) throw invalidValue(name, text, choices.join(", "));
  return choice;
}

/**
 * Returns a boolean: `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`. Returns false if absent.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function flagParameter(parameters: Parameters, name: string): boolean {
  const text = textParameter(parameters, name)?.toLowerCase();
  if (text === undefined || ["0", "false", "no", "off"].includes(text)) return false;
  if (["1", "true", "yes", "on"].includes(text)) return true;
  throw invalidValue(name, text, "1, true, yes, on, 0, false, no, off");
}
