import { choice, template, text, withDefault } from "@bookend/zod";
import { z } from "zod";

const key = text({ maxLength: 255 }).refine((name) => !["__proto__", "constructor", "prototype"].includes(name), {
  error: "must be a name of 1 to 255 characters other than __proto__, constructor, prototype",
});

/** Options of `delete_custom_user_attributes`. */
export const deleteOptions = z.strictObject({
  user: withDefault(choice(["tokenowner", "logged_in_user"]), "tokenowner").describe(
    "The user: the call's user or the owner of its token, or the user who is logged in. Default: tokenowner.",
  ),
  attrkey: key.describe("Name of the attribute."),
});

/** Options of `set_custom_user_attributes`. */
export const setOptions = deleteOptions.extend({
  attrvalue: withDefault(template({ minLength: 0 }), "").describe("Value of the attribute. Default: empty."),
});

/** Parsed options of `set_custom_user_attributes`. */
export type SetOptions = z.output<typeof setOptions>;
