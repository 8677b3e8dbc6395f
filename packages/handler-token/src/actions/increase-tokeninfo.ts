import { defineAction, done, skipped } from "@bookend/core";
import { changeTokens, type TokenAnswer } from "../change-tokens.js";
import { increaseTokeninfoOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";

/** `increase tokeninfo`: adds to a tokeninfo field. */
export function increaseTokeninfo(tokens: TokenAdministration) {
  return defineAction({
    description: "Adds to a tokeninfo field of the token.",
    options: increaseTokeninfoOptions,
    changes: ["tokens"],
    run: (context) =>
      changeTokens(
        context,
        (serial) => tokens.increaseInfo(serial, context.options.key, context.options.increment),
        valuesOf,
      ),
  });
}

/**
 * Returns the new values by serial. A value that is not a number is kept, but is not shown, because it may be a secret.
 */
function valuesOf(answers: readonly TokenAnswer<string>[]) {
  const numbers = answers.filter(({ answer }) => /^[+-]?\d+$/.test(answer));
  if (numbers.length === 0) return skipped("The value is not a whole number.");
  return done({ details: Object.fromEntries(numbers.map(({ serial, answer }) => [serial, answer])) });
}
