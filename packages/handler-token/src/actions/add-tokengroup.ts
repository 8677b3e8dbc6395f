import { defineAction } from "@bookend/core";
import { text } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** Options of `add tokengroup`. */
const options = z.strictObject({ tokengroup: text().describe("Name of the group.") });

/** `add tokengroup`: adds the token to a group. */
export function addTokengroup(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Adds the token to a group.",
    options,
    changes: ["tokens"],
    choices: choicesOf({ tokengroup: choices.groups }),
    run: (context) => changeTokens(context, (serial) => tokens.addGroup(serial, context.options.tokengroup)),
  });
}
