import { defineAction, skipped } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { deleteTokeninfoOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `delete tokeninfo`: deletes a tokeninfo field, or all. */
export function deleteTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Deletes a tokeninfo field of the token, or all.",
    options: deleteTokeninfoOptions,
    changes: ["tokens"],
    run: (context) =>
      changeTokens(
        context,
        (serial) => tokens.deleteInfo(serial, context.options.key),
        (answers) => (answers.some(({ answer }) => answer) ? undefined : skipped("There is no such field.")),
      ),
  });
}
