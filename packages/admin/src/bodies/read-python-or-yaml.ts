import { countJsonValues } from "@bookend/core";
import { parameterError } from "../errors.js";
import { maxValues, tooManyValues } from "../fields.js";
import { parseYaml } from "./parse-yaml.js";
import { parsePythonLiteral } from "./python-literal.js";

/**
 * Reads a document that is YAML, a Python literal or JSON.
 * If it begins with a bracket, JSON and Python are tried first, since YAML would misread parts of a Python literal.
 *
 * @throws {AdminError} 400, 413
 */
export async function readPythonOrYaml(text: string): Promise<unknown> {
  const reasons: string[] = [];
  if (/^\s*[[{(]/.test(text)) {
    try {
      // a document with more values is refused by one of the parsers below
      if (countJsonValues(text, maxValues) <= maxValues) return JSON.parse(text);
    } catch {
      // probably a Python literal or YAML
    }
    try {
      return await parsePythonLiteral(text, maxValues);
    } catch (error) {
      if (error instanceof RangeError) throw tooManyValues("The body", maxValues);
      reasons.push(`not a Python literal (${reasonOf(error)})`);
    }
  }
  try {
    return await parseYaml(text, { maxValues });
  } catch (error) {
    if (error instanceof RangeError) throw tooManyValues("The body", maxValues);
    reasons.unshift(`not valid YAML (${reasonOf(error)})`);
  }
  throw parameterError(`The body is ${reasons.join(" and ")}.`);
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.message;
  throw error;
}
