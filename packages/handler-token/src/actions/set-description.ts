import { type ActionCheckContext, type ActionContext, defineAction, secretTagProblems } from "@bookend/core";
import { timedTemplate, withDefault } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { renderTimed } from "../render-timed.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set description`. */
const options = z.strictObject({
  description: withDefault(timedTemplate(), "").describe(
    "The description. {now} and {current_time} are the time of the call, also with an offset: {now} - 12d, {now}+2w. None: it is removed.",
  ),
});

type DescriptionOptions = z.output<typeof options>;

/** `set description`: describes the token anew. */
export function setDescription(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the description of the token.",
    options,
    changes: ["tokens"],
    check: (context: ActionCheckContext<DescriptionOptions>) =>
      secretTagProblems("description", context.options.description.template, "whoever sees the token could read it"),
    async run(context: ActionContext<DescriptionOptions>) {
      const description = await renderTimed(context, context.options.description);
      return changeTokens(context, (serial) => tokens.setDescription(serial, description));
    },
  });
}
