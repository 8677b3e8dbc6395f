import { defineAction } from "@bookend/core";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** `enable`: enables the token. */
export function enable(tokens: TokenAdministration) {
  return defineAction({
    description: "Enables the token.",
    options: z.strictObject({}),
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.enable(serial)),
  });
}
