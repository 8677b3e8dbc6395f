import { type ActionCheckContext, defineAction, done, skipped } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { missingOption } from "../missing-option.js";
import { type ChangeFailcounterOptions, changeFailcounterOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `change failcounter`: adds to the failcounter, which may fall below zero. */
export function changeFailcounter(tokens: TokenAdministration) {
  return defineAction({
    description: "Adds to the failcounter of the token.",
    options: changeFailcounterOptions,
    changes: ["tokens"],
    check: (context: ActionCheckContext<ChangeFailcounterOptions>) =>
      missingOption(context.options, "change fail counter"),
    run(context) {
      const by = context.options["change fail counter"];
      if (by === undefined) return skipped('The option "change fail counter" has no value.');
      return changeTokens(
        context,
        (serial) => tokens.changeFailCount(serial, by),
        (answers) => done({ details: Object.fromEntries(answers.map(({ serial, answer }) => [serial, answer])) }),
      );
    },
  });
}
