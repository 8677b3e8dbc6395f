import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { noOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `enable`: enables the token. */
export function enable(tokens: TokenAdministration) {
  return defineAction({
    description: "Enables the token.",
    options: noOptions,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.enable(serial)),
  });
}
