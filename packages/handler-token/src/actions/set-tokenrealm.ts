import { defineAction, skipped } from "@bookend/core";
import { flag, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** Options of `set tokenrealm`. */
const options = z.strictObject({
  realm: text().describe("The realm."),
  only_realm: withDefault(flag(), false).describe("Take the token out of all other realms. Default: no."),
});

/** `set tokenrealm`: puts the token into a realm. */
export function setTokenrealm(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Puts the token into a realm.",
    options,
    changes: ["tokens"],
    choices: choicesOf({ realm: choices.realms }),
    run: (context) =>
      changeTokens(
        context,
        (serial) => tokens.setRealm(serial, context.options.realm, { only: context.options.only_realm }),
        (answers) => (answers.some(({ answer }) => answer) ? undefined : skipped("There is no such realm.")),
      ),
  });
}
