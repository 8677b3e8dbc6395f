import { z } from "zod";
import { component } from "./component.js";

/** A binding, in the format of `BindingItem`. */
export const bindingAnswer = component(
  "Binding",
  z.strictObject({
    id: z.int(),
    revision: z.int(),
    name: z.string(),
    active: z.boolean(),
    event: z.array(z.string()),
    handlermodule: z.string(),
    action: z.string(),
    position: z.enum(["pre", "post"]),
    ordering: z.int(),
    abort_on_error: z.boolean(),
    conditions: z.record(z.string(), z.unknown()),
    options: z.record(z.string(), z.unknown()).describe("Secrets are shown as ***."),
    delivery: z.enum(["inline", "durable"]).optional(),
  }),
);

/** A binding as it appears in an export, without the fields that the server assigns. */
export const exportedAnswer = component(
  "ExportedBinding",
  bindingAnswer
    .omit({ id: true, revision: true })
    .extend({ abort_on_error: z.boolean().nullable().describe("null: the default of the handler.") }),
);

/** A problem of a binding: an error or a warning. */
export const problemAnswer = component(
  "Problem",
  z.object({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    field: z.string(),
    value: z.unknown().optional(),
    message: z.string(),
    allowed: z.string().optional(),
  }),
);

/** The fields of `ListedProblems`. */
export const listedProblems = {
  problems: z.array(problemAnswer),
  omitted_problems: z.int().optional().describe("The number of problems that are not listed."),
};

/** The result for one binding of an import, or of its dry run. */
export const importedAnswer = component(
  "ImportedBinding",
  z.strictObject({
    id: z.int(),
    name: z.string(),
    outcome: z.enum(["added", "updated", "unchanged"]),
    active: z.boolean(),
    before: exportedAnswer.optional().describe("Only in a dry run."),
    after: exportedAnswer.optional().describe("Only in a dry run."),
    changed_secrets: z.array(z.string()).optional().describe("Options that change although both sides show ***."),
    ...listedProblems,
  }),
);

/** The result for one binding of a bulk change. */
export const bulkAnswer = component(
  "BulkOutcome",
  z.strictObject({
    id: z.int(),
    name: z.string(),
    outcome: z.enum(["changed", "unchanged", "refused"]),
    ...listedProblems,
    problems: listedProblems.problems.optional(),
  }),
);
