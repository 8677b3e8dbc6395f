import { BookendError, failed, type Outcome } from "@bookend/core";

/** The reason why an action cannot do what it should. Its message goes to the audit log, so it contains nothing from the call. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Codes of core's errors about what is rendered; their messages hold no values. */
const aboutValues: ReadonlySet<string> = new Set(["HEADER_INVALID", "VALUE_INVALID", "TEMPLATE_TOO_LONG"]);

/** An action's `run` that ends as failed, and not as a fault, when it or a value in its templates is refused. */
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
