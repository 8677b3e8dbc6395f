import { defineAction, skipped } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { deleteTokeninfoOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `delete tokeninfo`: deletes one or all tokeninfo fields. */
export function deleteTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Deletes one or all tokeninfo fields of the token.",
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
