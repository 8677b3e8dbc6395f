import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import { tokengroupOptions } from "../options.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** `add tokengroup`: adds the token to a group. */
export function addTokengroup(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Adds the token to a group.",
    options: tokengroupOptions,
    changes: ["tokens"],
    choices: choicesOf({ tokengroup: choices.groups }),
    run: (context) => changeTokens(context, (serial) => tokens.addGroup(serial, context.options.tokengroup)),
  });
}
