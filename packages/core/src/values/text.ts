import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { textOf } from "./text-of.js";

/** How a string is read. */
export interface TextOptions {
  /** The allowed values, in words. */
  readonly allowed: string;
  /** Existing strings, as suggestions; others are accepted as well. */
  readonly choices?: ValueType<string>["choices"];
  /** The meaning of the empty string. Without it, the empty string is refused. */
  readonly whenEmpty?: string | undefined;
}

/** Creates the value type of a trimmed string. */
export function text({ allowed, choices, whenEmpty }: TextOptions): ValueType<string> {
  return {
    widget: "str",
    allowed,
    jsonSchema: whenEmpty === undefined ? { type: "string", minLength: 1 } : { type: "string" },
    choices,
    parse(raw) {
      const found = textOf(raw, allowed) || whenEmpty;
      if (found === undefined) throw new ValueError("The value is empty.", allowed);
      return found;
    },
  };
}
