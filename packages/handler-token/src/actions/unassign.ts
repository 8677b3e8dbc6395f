import { defineAction } from "@bookend/core";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** `unassign`: takes the token from its owner. */
export function unassign(tokens: TokenAdministration) {
  return defineAction({
    description: "Takes the token from its owner.",
    options: z.strictObject({}),
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.unassign(serial)),
  });
}
