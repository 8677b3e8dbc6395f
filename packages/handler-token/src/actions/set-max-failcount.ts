import { defineAction } from "@bookend/core";
import { integer } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set max failcount`. */
const options = z.strictObject({
  "max failcount": integer({ min: 0 }).describe("The failcounter at which the token is locked."),
});

/** `set max failcount`: says at which failcounter the token is locked. */
export function setMaxFailcount(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the failcounter at which the token is locked.",
    options,
    changes: ["tokens"],
    run: (context) =>
      changeTokens(context, (serial) => tokens.setMaxFailCount(serial, context.options["max failcount"])),
  });
}
