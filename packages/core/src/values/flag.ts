import { ValueError } from "../contracts/errors.js";
import type { EqualityIndex, ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";

const spellings = new Map<unknown, boolean>([
  ["True", true],
  ["true", true],
  ["TRUE", true],
  ["1", true],
  [1, true],
  [true, true],
  ["False", false],
  ["false", false],
  ["FALSE", false],
  ["0", false],
  [0, false],
  [false, false],
]);

const allowed = "True, False (also true, TRUE, 1, false, FALSE, 0)";

/** Reads a boolean in any of privacyIDEA's spellings, with surrounding spaces ignored; undefined for anything else. */
export function readFlag(raw: unknown): boolean | undefined {
  return spellings.get(typeof raw === "string" ? raw.trim() : raw);
}

/**
 * Creates the value type of a boolean: `True`, `true`, `TRUE`, `1`, `False`, `false`, `FALSE`, `0`, and the booleans of
 * JSON.
 */
export function flag(): ValueType<boolean> {
  return {
    widget: "str",
    allowed,
    jsonSchema: { enum: [...spellings.keys()] },
    choices: ["True", "False"],
    parse(raw) {
      const value = readFlag(raw);
      if (value === undefined) throw new ValueError(`${showValue(raw)} is not a boolean.`, allowed);
      return value;
    },
  };
}

/** Finds bindings by a boolean. */
export const flagIndex: EqualityIndex<boolean, boolean> = {
  keysOf: (value) => [String(value)],
  keysIn: (actual) => (actual ? "true" : "false"),
};
