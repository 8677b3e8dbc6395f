import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { noOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `disable`: disables the token. */
export function disable(tokens: TokenAdministration) {
  return defineAction({
    description: "Disables the token.",
    options: noOptions,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.disable(serial)),
  });
}
