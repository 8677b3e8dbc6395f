import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { noOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `delete`: deletes the token. */
export function deleteToken(tokens: TokenAdministration) {
  return defineAction({
    description: "Deletes the token.",
    options: noOptions,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.delete(serial)),
  });
}
