import { asciiNotes, defineAction, failed, type Problem, skipped } from "@bookend/core";
import { type ParameterMatch, setOptions } from "../options.js";
import { resetUser } from "../reset-user.js";

/** `set`: sets a parameter, either always or only if this or another parameter matches a pattern. */
export const setParameter = defineAction({
  description: "Sets a parameter of the request.",
  options: setOptions,
  changes: ["request"],
  selfContained: true,
  check: ({ options: { value } }): readonly Problem[] =>
    typeof value === "string" || value.pattern
      ? patternNotes(value)
      : [
          {
            severity: "warning",
            code: "OPTION_INVALID",
            field: "options.match_pattern",
            message: "options.match_pattern is missing: with match_parameter alone, only an empty value matches.",
          },
        ],
  async run({ options, call, facts }) {
    const { parameters } = call.request;
    const filled = typeof options.value === "string" ? options.value : filledValue(options.value, parameters);
    if (typeof filled !== "string") return filled;
    parameters[options.parameter] = filled;
    if (options.resetUser) await resetUser(options.parameter, call, facts.directories.users);
    return undefined;
  },
});

/** Returns the warnings about the pattern. */
function patternNotes(value: string | ParameterMatch): readonly Problem[] {
  const source = typeof value === "string" ? "" : (value.pattern?.source ?? "");
  const field = "options.match_pattern";
  return asciiNotes(source).map((note) => ({
    severity: "warning",
    code: "PATTERN_ASCII",
    field,
    message: `${field}: ${note}`,
  }));
}

/** Returns the new value, or the reason why nothing changes. */
function filledValue({ parameter, pattern, value }: ParameterMatch, parameters: Record<string, unknown>) {
  if (!Object.hasOwn(parameters, parameter)) return skipped("The request has no parameter to match.");
  const current = parameters[parameter];
  if (typeof current !== "string") return failed("The parameter to match is not a string.");
  if (!pattern) return current === "" ? value.fill([]) : skipped("The pattern does not match.");
  const match = pattern.match(current);
  return match ? value.fill(match.slice(1)) : skipped("The pattern does not match.");
}
