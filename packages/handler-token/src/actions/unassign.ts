import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { noOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `unassign`: unassigns the token from its owner. */
export function unassign(tokens: TokenAdministration) {
  return defineAction({
    description: "Unassigns the token from its owner.",
    options: noOptions,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.unassign(serial)),
  });
}
