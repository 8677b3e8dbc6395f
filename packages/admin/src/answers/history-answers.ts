import { z } from "zod";
import { bindingAnswer } from "./binding-answers.js";
import { component } from "./component.js";

/** The person who made a change or a call. */
export const actorAnswer = component(
  "Actor",
  z.strictObject({ name: z.string(), realm: z.string().optional(), role: z.string().optional() }),
);

/** A change of bindings. */
export const historyAnswer = component(
  "HistoryEntry",
  z.strictObject({
    entry: z.int(),
    time: z.string().meta({ format: "date-time" }),
    operation: z.string(),
    actor: actorAnswer.optional(),
    client: z.string().optional(),
    count: z.int().describe("The number of bindings that changed; only the first 100 are listed."),
    bindings: z.array(
      z.strictObject({
        id: z.int(),
        name: z.string(),
        before: bindingAnswer.nullable(),
        after: bindingAnswer.nullable(),
        changed_secrets: z.array(z.string()).optional().describe("Options that changed although both sides show ***."),
      }),
    ),
  }),
);
