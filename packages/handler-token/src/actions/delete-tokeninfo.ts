import { defineAction, skipped } from "@bookend/core";
import { optional } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { infoKey } from "../info-key.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `delete tokeninfo`. */
const options = z.strictObject({
  key: optional(infoKey()).describe("Name of the field. None: all fields."),
});

/** `delete tokeninfo`: deletes a tokeninfo field, or all. */
export function deleteTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Deletes a tokeninfo field of the token, or all.",
    options,
    changes: ["tokens"],
    run: (context) =>
      changeTokens(
        context,
        (serial) => tokens.deleteInfo(serial, context.options.key),
        (answers) => (answers.some(({ answer }) => answer) ? undefined : skipped("There is no such field.")),
      ),
  });
}
