import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";

/** Creates the value type of a string from a fixed list, spelled exactly as in the list. */
export function choice<const T extends string>(choices: readonly T[]): ValueType<T> {
  const allowed = choices.join(", ");
  return {
    widget: "str",
    allowed,
    jsonSchema: { enum: choices },
    choices,
    parse(raw) {
      const wanted = typeof raw === "string" ? raw.trim() : raw;
      const found = choices.find((known) => known === wanted);
      if (found === undefined) throw new ValueError(`${showValue(raw)} is not one of them.`, allowed);
      return found;
    },
  };
}
