import { problemMessage, ValueError } from "@bookend/core";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";

/**
 * Returns the default limits, overridden by those of the host.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function checkLimits(given: Partial<ParameterLimits> = {}): ParameterLimits {
  const limits = { ...defaultParameterLimits };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(limits, name)) {
      const names = Object.keys(limits).join(", ");
      throw new ValueError(problemMessage(`there is no limit ${JSON.stringify(name)}`, names, "limits"), names);
    }
    if (value !== undefined) limits[name as keyof ParameterLimits] = positiveInteger(`limits.${name}`, value);
  }
  return limits;
}

/** @throws {ValueError} VALUE_INVALID */
export function positiveInteger(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new ValueError(problemMessage(`"${value}" is not valid`, "a positive integer", field), "a positive integer");
}
