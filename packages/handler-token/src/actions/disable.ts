import { defineAction } from "@bookend/core";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** `disable`: disables the token. */
export function disable(tokens: TokenAdministration) {
  return defineAction({
    description: "Disables the token.",
    options: z.strictObject({}),
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.disable(serial)),
  });
}
