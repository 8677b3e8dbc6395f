import { problemMessage } from "@bookend/core";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";

/** The states of containers, each with the states that it excludes. */
export const containerStates: Readonly<Record<string, readonly string[]>> = {
  active: ["disabled"],
  disabled: ["active"],
  lost: [],
  damaged: [],
};

/**
 * Returns states without duplicates.
 *
 * @throws {MfaError} PARAMETER_INVALID if a state is unknown, or two exclude each other
 */
export function checkedStates(states: readonly string[]): readonly string[] {
  const wanted = [...new Set(states)];
  const unknown = wanted.find((state) => !Object.hasOwn(containerStates, state));
  if (unknown !== undefined) {
    throw invalidValue("states", unknown, Object.keys(containerStates).join(", "));
  }
  for (const state of wanted) {
    const other = excludedBy([state]).find((excluded) => wanted.includes(excluded));
    if (other !== undefined)
      throw parameterError(problemMessage(`${state} and ${other} exclude each other`, "one of the two", "states"));
  }
  return wanted;
}

/** Returns the states that are excluded by these states. */
export function excludedBy(states: readonly string[]): readonly string[] {
  return states.flatMap((state) => containerStates[state] ?? []);
}
