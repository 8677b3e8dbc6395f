import { defineAction, failed } from "@bookend/core";
import { chosenUser } from "../chosen-user.js";
import { deleteOptions } from "../options.js";
import type { UserAttributes } from "../user-attributes.js";

/** `delete_custom_user_attributes`: deletes an attribute of a user. */
export function deleteCustomUserAttributes(attributes: UserAttributes) {
  return defineAction({
    description: "Deletes a custom attribute of a user.",
    options: deleteOptions,
    changes: ["users"],
    async run(context) {
      const user = await chosenUser(context);
      if (!user) return failed("There is no such user.");
      const deleted = await attributes.delete(user, context.options.attrkey);
      return deleted ? undefined : failed("The user does not have this attribute.");
    },
  });
}
