import { type ActionCheckContext, defineAction, skipped } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { missingOption } from "../missing-option.js";
import { type SetFailcounterOptions, setFailcounterOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set failcounter`: sets the failcounter. */
export function setFailcounter(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the failcounter of the token.",
    options: setFailcounterOptions,
    changes: ["tokens"],
    check: (context: ActionCheckContext<SetFailcounterOptions>) => missingOption(context.options, "fail counter"),
    run(context) {
      const value = context.options["fail counter"];
      if (value === undefined) return skipped('The option "fail counter" has no value.');
      return changeTokens(context, (serial) => tokens.setFailCount(serial, value));
    },
  });
}
