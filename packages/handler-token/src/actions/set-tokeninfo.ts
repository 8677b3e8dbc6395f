import { type ActionCheckContext, type ActionContext, defineAction, secretTagProblems } from "@bookend/core";
import { timedTemplate, withDefault } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { infoKey } from "../info-key.js";
import { renderTimed } from "../render-timed.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set tokeninfo`. */
const options = z.strictObject({
  key: infoKey().describe("Name of the field."),
  value: withDefault(timedTemplate(), "").describe(
    "Its value. {now} and {current_time} are the time of the call, also with an offset: {now} - 12d, {now}+2w; {username} and {realm} are the user's.",
  ),
});

type TokeninfoOptions = z.output<typeof options>;

/** `set tokeninfo`: sets a tokeninfo field. */
export function setTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets a tokeninfo field of the token.",
    options,
    changes: ["tokens"],
    check: (context: ActionCheckContext<TokeninfoOptions>) =>
      secretTagProblems("value", context.options.value.template, "whoever sees the token could read it"),
    async run(context: ActionContext<TokeninfoOptions>) {
      const { key, value } = context.options;
      // {realm} stands beside {username} here: the realm of the same user, and not of the one who is logged in
      const realm = value.template.tags.has("realm") ? { realm: (await context.facts.user())?.realm } : {};
      const rendered = await renderTimed(context, value, realm);
      return changeTokens(context, (serial) => tokens.setInfo(serial, key, rendered));
    },
  });
}
