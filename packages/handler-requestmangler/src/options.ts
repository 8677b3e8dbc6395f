import { flag, text } from "@bookend/zod";
import { z } from "zod";
import { parsePattern } from "./pattern.js";
import { parseReplacement } from "./replacement.js";

/** Keys through which an object's prototype is reached. */
const reserved = new Set(["__proto__", "constructor", "prototype"]);

const parameter = (description: string) =>
  text()
    .refine((name) => !reserved.has(name), "__proto__, constructor and prototype are no parameters.")
    .describe(description);

/** Options of `delete`. */
export const deleteOptions = z.strictObject({
  parameter: parameter("The parameter that is removed."),
});

/** Options of `set`. */
export const setOptions = z.strictObject({
  parameter: parameter("The parameter that is set."),
  value: z
    .string()
    .transform(parseReplacement)
    .describe("Its new value. With match_parameter, {0}, {1}, … are the groups of the pattern."),
  match_parameter: z
    .string()
    .optional()
    .describe("Set only if this parameter is there and match_pattern matches it. Empty: set always."),
  match_pattern: z
    .string()
    .transform((pattern, context) => {
      const parsed = parsePattern(pattern);
      if (parsed.pattern) return parsed.pattern;
      context.addIssue({ code: "custom", message: parsed.message });
      return z.NEVER;
    })
    .optional()
    .describe("A regular expression (RE2) that must match the complete value of match_parameter."),
  reset_user: flag().default(false).describe("Find the call's user anew if user, username or realm was changed."),
});
