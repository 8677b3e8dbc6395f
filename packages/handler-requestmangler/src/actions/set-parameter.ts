import { type ActionCheckContext, defineAction, failed, type Problem, skipped } from "@bookend/core";
import type { z } from "zod";
import { setOptions } from "../options.js";
import { resetUser } from "../reset-user.js";

type SetOptions = z.output<typeof setOptions>;

/** `set`: sets a parameter, always or if another one (or the same) matches a pattern. */
export const setParameter = defineAction({
  description: "Sets a parameter of the request.",
  options: setOptions,
  changes: ["request"],
  check: ({ options }: ActionCheckContext<SetOptions>): readonly Problem[] =>
    options.match_parameter && !options.match_pattern
      ? [
          {
            severity: "warning",
            code: "OPTION_INVALID",
            field: "options.match_pattern",
            message: "options.match_pattern is missing: with match_parameter alone nothing but an empty value matches.",
          },
        ]
      : [],
  async run({ options, call, facts }) {
    const { parameters } = call.request;
    const filled = valueFor(options, parameters);
    if (typeof filled !== "string") return filled;
    parameters[options.parameter] = filled;
    if (options.reset_user) await resetUser(options.parameter, call, facts.directories.users);
    return undefined;
  },
});

/** The new value, or why nothing changes. */
function valueFor({ value, match_parameter, match_pattern }: SetOptions, parameters: Record<string, unknown>) {
  if (!match_parameter) return value.source;
  if (!Object.hasOwn(parameters, match_parameter)) return skipped("The request has no parameter to match.");
  const current = parameters[match_parameter];
  if (typeof current !== "string") return failed("The parameter to match is no text.");
  const groups = match_pattern ? match_pattern.groupsOf(current) : current === "" ? [] : undefined;
  if (!groups) return skipped("The pattern does not match.");
  return value.fill(groups) ?? failed("The value has a tag for which the pattern has no group.");
}
