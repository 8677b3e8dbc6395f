import { type ActionCheckContext, defineAction, failed, secretTagProblems } from "@bookend/core";
import { chosenUser } from "../chosen-user.js";
import { type SetOptions, setOptions } from "../options.js";
import type { UserAttributes } from "../user-attributes.js";

/** `set_custom_user_attributes`: sets or overwrites an attribute of a user. */
export function setCustomUserAttributes(attributes: UserAttributes) {
  return defineAction({
    description: "Sets a custom attribute of a user.",
    options: setOptions,
    changes: ["users"],
    check: ({ options }: ActionCheckContext<SetOptions>) =>
      secretTagProblems("attrvalue", options.attrvalue, "anyone who sees the user's attributes could read it"),
    async run(context) {
      const { attrkey, attrvalue } = context.options;
      const user = await chosenUser(context);
      if (!user) return failed("There is no such user.");
      await attributes.set(user, attrkey, await context.render(attrvalue));
      return undefined;
    },
  });
}
