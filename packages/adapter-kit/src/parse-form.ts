import { problemMessage } from "@bookend/core";
import { AdapterError } from "./errors.js";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";

/**
 * Reads `application/x-www-form-urlencoded`: a name that occurs more than once has a list of its values, in their
 * order. Fields are counted before they are read; the time grows linearly with the length of the form.
 *
 * @throws {AdapterError} TOO_MANY_PARAMETERS
 */
export function parseForm(
  form: string,
  { fields }: Pick<ParameterLimits, "fields"> = defaultParameterLimits,
): Record<string, string | string[]> {
  refuseFields("form", countFields(form, fields), fields);
  return groupFields(new URLSearchParams(form));
}

/**
 * Groups fields, such as those of a multipart form, by their name; a name that occurs more than once has a list of its
 * values. The result has no prototype.
 */
export function groupFields<T>(fields: Iterable<readonly [name: string, value: T]>): Record<string, T | T[]> {
  const lists = new Map<string, T[]>();
  for (const [name, value] of fields) {
    const list = lists.get(name);
    if (list) list.push(value);
    else lists.set(name, [value]);
  }
  const grouped: Record<string, T | T[]> = Object.create(null);
  for (const [name, list] of lists) grouped[name] = list.length === 1 ? (list[0] as T) : list;
  return grouped;
}

/** @throws {AdapterError} TOO_MANY_PARAMETERS */
export function refuseFields(source: string, count: number, limit: number): void {
  if (count <= limit) return;
  throw new AdapterError("TOO_MANY_PARAMETERS", problemMessage(`more than ${limit} fields`, `${limit}`, source), 413);
}

/** Counts the fields of a form, up to one above the limit. */
function countFields(form: string, limit: number): number {
  let count = 1;
  for (let at = form.indexOf("&"); at !== -1 && count <= limit; at = form.indexOf("&", at + 1)) count++;
  return count;
}
