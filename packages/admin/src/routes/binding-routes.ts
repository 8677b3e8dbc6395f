import { z } from "zod";
import {
  bindingAnswer,
  bulkAnswer,
  exportedAnswer,
  importedAnswer,
  listedProblems,
  problemAnswer,
} from "../answers/binding-answers.js";
import { explainedAnswer, textAnswer } from "../answers/call-answers.js";
import { bindingParameters, givenBinding, patchParameters } from "../binding-parameters.js";
import { bulkParameters, changeManyBindings, orderBindings, orderParameters } from "../change-many.js";
import type { OriginOf } from "../change-origin.js";
import { explainCall, explainParameters, previewParameters, previewTexts } from "../explain-call.js";
import type { AdminOptions } from "../options.js";
import { copyBinding, copyParameters, patchBinding } from "../patch-binding.js";
import { type Route, routeOf } from "../route.js";
import { checkFieldsOrAll } from "../save-binding.js";
import { exportBindings } from "../transfer/export-bindings.js";
import { importBindings } from "../transfer/import-bindings.js";

const warnings = z.strictObject({ warnings: z.array(problemAnswer) });

/** How bindings are imported. */
const importSettings = z.strictObject({
  mode: z.enum(["merge", "add", "prune", "replace"]).optional(),
  inactive: z.boolean().optional(),
  strict: z.boolean().optional().describe("Refuses all if one has an error."),
  dry_run: z.boolean().optional().describe("Changes nothing, and says what would change."),
  state: z.string().optional().describe("detail.state of a dry run: refused if the bindings were changed since."),
});

/** Routes for bindings that privacyIDEA does not have. */
export function bindingRoutes(
  { bookend, directories = {}, user, calls }: Pick<AdminOptions<never>, "bookend" | "directories" | "user" | "calls">,
  origin: OriginOf,
): readonly Route[] {
  return [
    {
      method: "PATCH",
      path: "<id>",
      operation: "patch",
      right: "bindings:write",
      summary: "Changes the given fields; of options and conditions, the given ones.",
      parameters: patchParameters,
      conditional: true,
      answer: bindingAnswer,
      detail: warnings,
      run: async (input) =>
        patchBinding(bookend, Number(input.argument), input.fields, input.ifMatch, await origin(input, "change")),
    },
    routeOf(
      {
        method: "POST",
        path: "<id>/copy",
        operation: "copy",
        right: "bindings:write",
        summary: "Adds a binding like this one.",
        parameters: copyParameters,
        answer: bindingAnswer,
        detail: warnings,
      },
      async (input) => copyBinding(bookend, Number(input.argument), input.parameters, await origin(input, "copy")),
    ),
    routeOf(
      {
        method: "POST",
        path: "order",
        operation: "order",
        right: "bindings:write",
        summary: "Gives several bindings their places, in one change.",
        parameters: orderParameters,
        answer: z.array(bindingAnswer),
        detail: z.strictObject({ revision: z.string() }),
      },
      async (input) => orderBindings(bookend, input.parameters, await origin(input, "order")),
    ),
    routeOf(
      {
        method: "POST",
        path: "bulk",
        operation: "bulk",
        right: "bindings:write",
        summary: "Enables, disables or deletes several bindings, all or none.",
        parameters: bulkParameters,
        answer: z.strictObject({ bindings: z.array(bulkAnswer), dry_run: z.boolean() }),
      },
      async (input) => changeManyBindings(bookend, input.parameters, await origin(input, "bulk")),
    ),
    {
      method: "POST",
      path: "check",
      operation: "check",
      right: "bindings:read",
      summary: "What saving these fields would say; without any, the problems of all stored bindings.",
      parameters: bindingParameters,
      answer: z.strictObject({ valid: z.boolean(), ...listedProblems }),
      run: ({ fields }) => checkFieldsOrAll(bookend, fields),
    },
    {
      method: "GET",
      path: "export",
      operation: "export",
      right: "bindings:read",
      summary: "All bindings without ids and secrets.",
      parameters: z.strictObject({}),
      answer: z.strictObject({ format: z.literal("bookend"), bindings: z.array(exportedAnswer) }),
      detail: z.strictObject({
        masked: z.array(z.strictObject({ id: z.int(), name: z.string(), option: z.string() })),
      }),
      run: ({ fields }) => exportBindings(bookend, fields),
    },
    {
      method: "POST",
      path: "import",
      operation: "import",
      right: "bindings:write",
      summary: "Writes bindings by their names, all or none: an export of this API or of privacyIDEA.",
      parameters: z.strictObject({
        ...importSettings.shape,
        format: z.literal("bookend").optional(),
        bindings: z.array(givenBinding),
      }),
      queryParameters: importSettings,
      formats: "documents",
      answer: z.int().describe("How many were imported."),
      detail: z.strictObject({
        bindings: z.array(importedAnswer),
        removed: z.array(z.strictObject({ id: z.int(), name: z.string() })),
        ignored: z.array(z.string()).describe("Names of what the document has besides bindings."),
        state: z.string().describe("Of all bindings as they were before."),
        dry_run: z.boolean(),
      }),
      run: async (input) => importBindings(bookend, input.query, input.body, await origin(input, "import")),
    },
    {
      method: "POST",
      path: "explain",
      operation: "explain",
      right: "calls:explain",
      summary: "Which bindings would run for a call, and why the others would not. Nothing runs.",
      parameters: explainParameters,
      answer: z.strictObject({ event: z.string(), bindings: z.array(explainedAnswer) }),
      run: ({ fields }) => explainCall({ bookend, directories, user, calls }, fields),
    },
    {
      method: "POST",
      path: "preview",
      operation: "preview",
      right: "calls:explain",
      summary: "What the options of a binding become for a call, such as the body of a mail. Nothing is sent.",
      parameters: previewParameters,
      answer: z.strictObject({ texts: z.array(textAnswer) }),
      run: ({ fields }) => previewTexts({ bookend, directories, user, calls }, fields),
    },
  ];
}
