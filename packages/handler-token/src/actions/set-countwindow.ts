import { defineAction } from "@bookend/core";
import { integer, withDefault } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set countwindow`. */
const options = z.strictObject({
  "count window": withDefault(integer({ min: 1 }), 50).describe("How many OTPs ahead are looked at. Default: 50."),
});

/** `set countwindow`: says how many OTPs ahead are looked at. */
export function setCountwindow(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the count window of the token.",
    options,
    changes: ["token"],
    run: (context) => changeTokens(context, (serial) => tokens.setCountWindow(serial, context.options["count window"])),
  });
}
