import * as z from "zod";

/**
 * Creates the schema of a string from a fixed list. For names that are known only at run time, use `text()` and the
 * action's `choices`.
 */
export function choice<const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: `must be one of: ${values.join(", ")}` });
}
