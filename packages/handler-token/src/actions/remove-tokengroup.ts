import { defineAction } from "@bookend/core";
import { text } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** Options of `remove tokengroup`. */
const options = z.strictObject({ tokengroup: text().describe("Name of the group.") });

/** `remove tokengroup`: removes the token from a group. */
export function removeTokengroup(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Removes the token from a group.",
    options,
    changes: ["tokens"],
    choices: choicesOf({ tokengroup: choices.groups }),
    run: (context) => changeTokens(context, (serial) => tokens.removeGroup(serial, context.options.tokengroup)),
  });
}
