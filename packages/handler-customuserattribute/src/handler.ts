import { defineHandler, type Handler } from "@bookend/core";
import { deleteCustomUserAttributes } from "./actions/delete-custom-user-attributes.js";
import { setCustomUserAttributes } from "./actions/set-custom-user-attributes.js";
import type { UserAttributes } from "./user-attributes.js";

/** Options of `customUserAttribute`. */
export interface CustomUserAttributeOptions {
  /** The host's custom attributes. */
  readonly attributes: UserAttributes;
}

/**
 * Sets and deletes custom attributes of users. The host needs `directories.users`. Modeled on privacyIDEA's custom user
 * attributes handler.
 */
export function customUserAttribute({ attributes }: CustomUserAttributeOptions): Handler {
  return defineHandler({
    id: "CustomUserAttributes",
    description: "Sets and deletes custom attributes of users.",
    positions: ["pre", "post"],
    actions: {
      set_custom_user_attributes: setCustomUserAttributes(attributes),
      delete_custom_user_attributes: deleteCustomUserAttributes(attributes),
    },
  });
}
