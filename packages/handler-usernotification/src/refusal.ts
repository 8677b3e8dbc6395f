import { BookendError, failed, type Outcome } from "@bookend/core";

/** The reason why an action fails. Its message goes to the audit log, so it contains no data from the call. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Codes of core's errors about rendering; their messages do not contain values. */
const aboutValues: ReadonlySet<string> = new Set(["HEADER_INVALID", "VALUE_INVALID", "TEMPLATE_TOO_LONG"]);

/**
 * Wraps an action's `run`, so that a `Refusal`, or core's error about a value in a template, makes the action fail with
 * this reason instead of counting as an unexpected error.
 */
export function refusable<C>(run: (context: C) => Promise<Outcome | undefined>) {
  return async (context: C): Promise<Outcome | undefined> => {
    try {
      return await run(context);
    } catch (error) {
      if (error instanceof Refusal) return failed(error.message);
      if (error instanceof BookendError && aboutValues.has(error.code)) return failed(error.message);
      throw error;
    }
  };
}
