import { defineAction } from "@bookend/core";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** `delete`: deletes the token. */
export function deleteToken(tokens: TokenAdministration) {
  return defineAction({
    description: "Deletes the token.",
    options: z.strictObject({}),
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.delete(serial)),
  });
}
