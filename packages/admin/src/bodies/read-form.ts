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
  // counted before anything is made of them
  let count = 1;
  for (let at = source.indexOf("&"); at >= 0; at = source.indexOf("&", at + 1)) {
    count += 1;
    if (count > maxFields) throw parameterError(`The ${where} has too many fields. Allowed: ${maxFields}.`);
  }
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(source)) {
    if (name.length > maxNameLength) {
      throw parameterError(`The ${where} has a field whose name is too long. Allowed: ${maxNameLength} characters.`);
    }
    checkName(name);
    const present = values.get(name);
    if (present === undefined) values.set(name, value);
    else if (!lists.has(name)) throw parameterError(`Parameter ${name} occurs more than once. Allowed: one value.`);
    else if (Array.isArray(present)) present.push(value);
    else values.set(name, [present, value]);
  }
  return Object.fromEntries(values);
}
