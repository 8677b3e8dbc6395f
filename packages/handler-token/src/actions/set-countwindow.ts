import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { setCountwindowOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set countwindow`: sets how many OTPs are checked ahead. */
export function setCountwindow(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the count window of the token.",
    options: setCountwindowOptions,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.setCountWindow(serial, context.options["count window"])),
  });
}
