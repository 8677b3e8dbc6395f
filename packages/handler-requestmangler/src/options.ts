import { compilePattern, type Pattern, problemMessage, ValueError } from "@bookend/core";
import { flag, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { parseReplacement, type Replacement } from "./replacement.js";

/** Keys that lead to an object's prototype. */
const reserved = new Set(["__proto__", "constructor", "prototype"]);

/** Maximum length of a value, in UTF-16 code units. */
const maxValueLength = 10_000;

const parameter = (description: string) =>
  text()
    .refine((name) => !reserved.has(name), "must not be __proto__, constructor or prototype")
    .describe(description);

/** Options of `delete`. */
export const deleteOptions = z.strictObject({
  parameter: parameter("The parameter to remove."),
});

/** The condition for setting a parameter. The groups of the pattern fill the placeholders in the value. */
export interface ParameterMatch {
  /** The parameter that must exist. */
  readonly parameter: string;
  /** The pattern that must match the complete value. Undefined: only an empty value matches. */
  readonly pattern: Pattern | undefined;
  readonly value: Replacement;
}

/** Parsed options of `set`. */
export interface SetOptions {
  readonly parameter: string;
  /** Either a fixed value, or a value with placeholders that is set only on a match. */
  readonly value: string | ParameterMatch;
  readonly resetUser: boolean;
}

/** Options of `set`. */
export const setOptions = z
  .strictObject({
    parameter: parameter("The parameter to set."),
    value: z
      .string()
      .max(maxValueLength, `must be at most ${maxValueLength} characters`)
      .describe(
        "New value of the parameter. With match_parameter, {0}, {1}, … are the groups of the pattern, and \\{ is a literal brace.",
      )
      .meta({ "x-tags": [], "x-tags-if": { option: "match_parameter" } }),
    match_parameter: z
      .string()
      .optional()
      .describe("If given, the value is set only if this parameter exists and match_pattern matches it."),
    match_pattern: z
      .string()
      .transform((source, context): Pattern => {
        try {
          return compilePattern(source, "whole text");
        } catch (error) {
          if (!(error instanceof ValueError)) throw error;
          context.addIssue({ code: "custom", message: problemMessage(error.message, error.allowed) });
          return z.NEVER;
        }
      })
      .optional()
      .describe("A regular expression (RE2) that must match the complete value of match_parameter."),
    reset_user: withDefault(flag(), false).describe(
      "Resolve the call's user again if user, username or realm was changed.",
    ),
  })
  .transform(({ parameter, value, match_parameter, match_pattern, reset_user }, context): SetOptions => {
    const options = { parameter, resetUser: reset_user };
    if (!match_parameter) return { ...options, value };
    const parsed = parseReplacement(value);
    const problem = parsed.replacement
      ? missingGroup(parsed.replacement, match_pattern)
      : `the brace at ${JSON.stringify(parsed.wrong)} is not part of a tag such as {0}; a literal brace is written \\{`;
    if (problem !== undefined || !parsed.replacement) {
      context.addIssue({ code: "custom", path: ["value"], message: problem ?? "" });
      return z.NEVER;
    }
    return { ...options, value: { parameter: match_parameter, pattern: match_pattern, value: parsed.replacement } };
  });

/** Returns the problem with a value whose placeholder has no group in the pattern. */
function missingGroup({ highestPlace }: Replacement, pattern: Pattern | undefined): string | undefined {
  const groups = pattern?.groupCount ?? 0;
  if (highestPlace < groups) return undefined;
  return `there is no group for the tag {${highestPlace}}: match_pattern has ${groups === 0 ? "none" : groups}`;
}
