import { defineAction } from "@bookend/core";
import { integer } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set countwindow`. */
const options = z.strictObject({
  "count window": integer({ min: 1, max: 1_000 })
    // one that is given empty is a mistake and not the default: it is required in privacyIDEA's form
    .prefault(50)
    .describe("How many OTPs ahead are looked at. Default: 50."),
});

/** `set countwindow`: says how many OTPs ahead are looked at. */
export function setCountwindow(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the count window of the token.",
    options,
    changes: ["tokens"],
    run: (context) => changeTokens(context, (serial) => tokens.setCountWindow(serial, context.options["count window"])),
  });
}
