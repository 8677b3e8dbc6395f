import { ValueError } from "../contracts/errors.js";
import type { EqualityIndex, ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";
import { entriesOf, listSchema } from "./text-of.js";

/** How a list of names is read. */
export interface NameSetOptions {
  /** The listed objects, in the plural, for messages: `realms`. */
  readonly of: string;
  /**
   * A fixed list allows only its names. A function returns the names that exist at present, as suggestions; other names
   * are accepted as well.
   */
  readonly choices?: ValueType<ReadonlySet<string>>["choices"];
}

/**
 * Creates the value type of names, comma-separated or in an array. They are trimmed, empty ones are omitted, and at
 * least one is required.
 */
export function nameSet({ of, choices }: NameSetOptions): ValueType<ReadonlySet<string>> {
  const only = typeof choices === "function" ? undefined : choices;
  const allowed = only ? `a comma-separated list of: ${only.join(", ")}` : `a comma-separated list of ${of}`;
  return {
    widget: "multi",
    allowed,
    jsonSchema: listSchema,
    choices,
    parse(raw) {
      const names = entriesOf(raw, allowed);
      const wrong = only && names.find((name) => !only.includes(name));
      if (wrong !== undefined) throw new ValueError(`${showValue(wrong)} is not one of them.`, allowed);
      return new Set(names);
    },
  };
}

/** Finds bindings by the name in the call, which must be in their set. */
export const nameIndex: EqualityIndex<ReadonlySet<string>, string> = {
  keysOf: (names) => names,
  keysIn: (actual) => actual,
};

/** Finds bindings by the names in the call, one of which must be in their set. */
export const namesIndex: EqualityIndex<ReadonlySet<string>, readonly string[]> = {
  keysOf: (names) => names,
  keysIn: (actual) => actual,
};
