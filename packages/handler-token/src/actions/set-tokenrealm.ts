import { defineAction, skipped } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import { setTokenrealmOptions } from "../options.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** `set tokenrealm`: adds the token to a realm. */
export function setTokenrealm(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Adds the token to a realm.",
    options: setTokenrealmOptions,
    changes: ["tokens"],
    choices: choicesOf({ realm: choices.realms }),
    run: (context) =>
      changeTokens(
        context,
        (serial) => tokens.setRealm(serial, context.options.realm, { only: context.options.only_realm }),
        (answers) => (answers.some(({ answer }) => answer) ? undefined : skipped("The realm does not exist.")),
      ),
  });
}
