import { BookendError } from "../contracts/errors.js";
import { isPromise } from "../contracts/maybe-promise.js";
import { type Fault, faultOf } from "../internal/fault.js";
import { withTimeLimit } from "../internal/time-limit.js";

/** Names to choose from, or the reason why there are none. */
export interface Choices {
  /** Undefined if there is nothing to choose from, or if the lookup failed. */
  readonly names?: readonly string[] | undefined;
  readonly fault?: Fault | undefined;
  /** The JSON Schema keywords for these choices. */
  readonly keywords: Readonly<Record<string, unknown>>;
}

/** Looks up names to choose from. Never rejects: a form without choices is better than no form. */
export async function lookUpChoices(choices: () => unknown, limitMs: number): Promise<Choices> {
  try {
    const found = choices();
    const names: unknown = isPromise(found)
      ? await withTimeLimit(
          found,
          limitMs,
          () => new BookendError("LOOKUP_TIMEOUT", `choices took longer than ${limitMs} ms.`),
        )
      : found;
    if (names === undefined) return { keywords: {} };
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
      throw new TypeError("choices are not a list of strings");
    }
    return { names, keywords: { "x-choices": names } };
  } catch (error) {
    const fault = faultOf(error);
    const problem = `The choices cannot be looked up (${fault.class} ${fault.code}).`;
    return { fault, keywords: { "x-choices-problem": problem } };
  }
}
