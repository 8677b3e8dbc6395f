import { type ActionCheckContext, defineAction, secretTagProblems } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { type SetDescriptionOptions, setDescriptionOptions } from "../options.js";
import { renderTimed } from "../render-timed.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set description`: replaces the description of the token. */
export function setDescription(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the description of the token.",
    options: setDescriptionOptions,
    changes: ["tokens"],
    check: (context: ActionCheckContext<SetDescriptionOptions>) =>
      secretTagProblems("description", context.options.description.template, "anyone who sees the token could read it"),
    async run(context) {
      const description = await renderTimed(context, context.options.description);
      return changeTokens(context, (serial) => tokens.setDescription(serial, description));
    },
  });
}
