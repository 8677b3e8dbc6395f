import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors.js";
import { checkName, type Fields } from "../fields.js";

const maxFields = 1_000;
const maxNameLength = 200;

/** Parameters that may occur more than once; all others have one value. */
const lists: ReadonlySet<string> = new Set(["event"]);

/**
 * Reads a query or a form, in linear time. `event` may occur more than once and is then a list.
 *
 * @throws {AdminError} 400 for too many fields, a name that is too long or refused, or a name that is repeated
 */
export function readForm(where: "query" | "body", source: string): Fields {
  // the fields are counted first, so that too many of them are refused before any is decoded
  let count = 1;
  for (let at = source.indexOf("&"); at >= 0; at = source.indexOf("&", at + 1)) {
    count += 1;
    if (count > maxFields) throw parameterError(problemMessage("has too many fields", `${maxFields}`, where));
  }
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(source)) {
    if (name.length > maxNameLength) {
      throw parameterError(problemMessage("has a field whose name is too long", `${maxNameLength} characters`, where));
    }
    checkName(name);
    const present = values.get(name);
    if (present === undefined) values.set(name, value);
    else if (!lists.has(name)) throw parameterError(problemMessage("occurs more than once", "one value", name));
    else if (Array.isArray(present)) present.push(value);
    else values.set(name, [present, value]);
  }
  return Object.fromEntries(values);
}
