import { type ActionCheckContext, defineAction, secretTagProblems } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { type SetTokeninfoOptions, setTokeninfoOptions } from "../options.js";
import { renderTimed } from "../render-timed.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set tokeninfo`: sets a tokeninfo field. */
export function setTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets a tokeninfo field of the token.",
    options: setTokeninfoOptions,
    changes: ["tokens"],
    check: (context: ActionCheckContext<SetTokeninfoOptions>) =>
      secretTagProblems("value", context.options.value.template, "anyone who sees the token could read it"),
    async run(context) {
      const { key, value } = context.options;
      // in tokeninfo, {realm} is the realm of {username}, not that of the logged-in user
      const realm = value.template.tags.has("realm") ? { realm: (await context.facts.user())?.realm } : {};
      const rendered = await renderTimed(context, value, realm);
      return changeTokens(context, (serial) => tokens.setInfo(serial, key, rendered));
    },
  });
}
