import { type ActionCheckContext, type ActionContext, defineAction, done, skipped } from "@bookend/core";
import { integer, optional } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { missingOption } from "../missing-option.js";
import type { TokenAdministration } from "../token-administration.js";

/** Options of `change failcounter`. */
const options = z.strictObject({
  "change fail counter": optional(integer()).describe("What is added: +n or -n. None: nothing changes."),
});

type ChangeOptions = z.output<typeof options>;

/** `change failcounter`: adds to the failcounter, which may fall below zero. */
export function changeFailcounter(tokens: TokenAdministration) {
  return defineAction({
    description: "Adds to the failcounter of the token.",
    options,
    changes: ["tokens"],
    check: (context: ActionCheckContext<ChangeOptions>) => missingOption(context.options, "change fail counter"),
    run(context: ActionContext<ChangeOptions>) {
      const by = context.options["change fail counter"];
      if (by === undefined) return skipped("No value is given.");
      return changeTokens(
        context,
        (serial) => tokens.changeFailCount(serial, by),
        (answers) => done({ details: Object.fromEntries(answers.map(({ serial, answer }) => [serial, answer])) }),
      );
    },
  });
}
