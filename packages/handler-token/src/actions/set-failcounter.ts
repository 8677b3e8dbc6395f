import { type ActionCheckContext, type ActionContext, defineAction, skipped } from "@bookend/core";
import { integer, optional } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { missingOption } from "../missing-option.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `set failcounter`. */
const options = z.strictObject({
  "fail counter": optional(integer()).describe("The new value. None: nothing changes."),
});

type FailcounterOptions = z.output<typeof options>;

/** `set failcounter`: sets the failcounter. */
export function setFailcounter(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the failcounter of the token.",
    options,
    changes: ["tokens"],
    check: (context: ActionCheckContext<FailcounterOptions>) => missingOption(context.options, "fail counter"),
    run(context: ActionContext<FailcounterOptions>) {
      const value = context.options["fail counter"];
      if (value === undefined) return skipped("No value is given.");
      return changeTokens(context, (serial) => tokens.setFailCount(serial, value));
    },
  });
}
