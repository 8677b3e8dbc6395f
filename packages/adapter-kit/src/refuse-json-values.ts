import { countJsonValues, problemMessage } from "@bookend/core";
import { AdapterError } from "./errors.js";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";

/**
 * Refuses JSON with more values than a request may contain, at any depth, before it is parsed.
 *
 * @throws {AdapterError} TOO_MANY_PARAMETERS
 */
export function refuseJsonValues(
  json: string,
  { values }: Pick<ParameterLimits, "values"> = defaultParameterLimits,
): void {
  if (countJsonValues(json, values) <= values) return;
  throw new AdapterError("TOO_MANY_PARAMETERS", problemMessage(`more than ${values} values`, `${values}`, "body"), 413);
}
