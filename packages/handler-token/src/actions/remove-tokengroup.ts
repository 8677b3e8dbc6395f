import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import { tokengroupOptions } from "../options.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** `remove tokengroup`: removes the token from a group. */
export function removeTokengroup(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Removes the token from a group.",
    options: tokengroupOptions,
    changes: ["tokens"],
    choices: choicesOf({ tokengroup: choices.groups }),
    run: (context) => changeTokens(context, (serial) => tokens.removeGroup(serial, context.options.tokengroup)),
  });
}
