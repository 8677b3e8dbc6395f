import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { setMaxFailcountOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set max failcount`: sets the failcounter at which the token is locked. */
export function setMaxFailcount(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the failcounter at which the token is locked.",
    options: setMaxFailcountOptions,
    changes: ["tokens"],
    run: (context) =>
      changeTokens(context, (serial) => tokens.setMaxFailCount(serial, context.options["max failcount"])),
  });
}
