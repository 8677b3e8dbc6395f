import { z } from "zod";
import { listedProblems } from "./binding-answers.js";
import { component } from "./component.js";

const conditionAnswer = component(
  "ConditionExplanation",
  z.strictObject({
    name: z.string(),
    answer: z.enum(["fulfilled", "not fulfilled", "unknown"]),
    counts: z
      .boolean()
      .describe("Whether the condition counts as fulfilled; some conditions do even if their answer is unknown."),
    seen: z.unknown().optional(),
    wanted: z.unknown().optional(),
    error: z.string().optional(),
    lost: z.literal(true).optional().describe("Only for a recorded call: the value is no longer known."),
  }),
);

/** Whether a binding would run for a call. */
export const explainedAnswer = component(
  "BindingExplanation",
  z.strictObject({
    id: z.int(),
    name: z.string(),
    position: z.enum(["pre", "post"]),
    ordering: z.int(),
    handlermodule: z.string(),
    action: z.string(),
    active: z.boolean(),
    would_run: z.boolean(),
    reason: z.string(),
    conditions: z.array(conditionAnswer),
    ...listedProblems,
  }),
);

/** An option with its template rendered. */
export const textAnswer = component(
  "TextPreview",
  z.strictObject({
    option: z.string(),
    format: z.enum(["text", "html", "json"]),
    value: z.string(),
    problems: z.array(z.string()),
  }),
);
