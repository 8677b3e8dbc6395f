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

/** Options of an import. */
const importSettings = z.strictObject({
  mode: z.enum(["merge", "add", "prune", "replace"]).optional(),
  inactive: z.boolean().optional(),
  strict: z.boolean().optional().describe("Refuses the whole import if one binding has an error."),
  dry_run: z.boolean().optional().describe("Reports what would change, without changing anything."),
  state: z
    .string()
    .optional()
    .describe("detail.state of a dry run. The import is refused if the bindings have been changed since."),
});

/** Returns those routes for bindings that exist only in this API, and not in privacyIDEA. */
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
      summary: "Changes the given fields, and within options and conditions only the given ones.",
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
        summary: "Adds a copy of this binding.",
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
        summary: "Sets the ordering of several bindings in one change.",
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
        summary: "Enables, disables or deletes several bindings: either all or none.",
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
      summary:
        "The problems that saving these fields would report. Without any fields: the problems of all stored bindings.",
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
      summary: "Imports an export of this API or of privacyIDEA: writes bindings by their names, either all or none.",
      parameters: z.strictObject({
        ...importSettings.shape,
        format: z.literal("bookend").optional(),
        bindings: z.array(givenBinding),
      }),
      queryParameters: importSettings,
      formats: "documents",
      answer: z.int().describe("The number of imported bindings."),
      detail: z.strictObject({
        bindings: z.array(importedAnswer),
        removed: z.array(z.strictObject({ id: z.int(), name: z.string() })),
        ignored: z.array(z.string()).describe("The names of the document's other parts, which are ignored."),
        state: z.string().describe("Identifies the state of all bindings before the import."),
        dry_run: z.boolean(),
      }),
      run: async (input) => importBindings(bookend, input.query, input.body, await origin(input, "import")),
    },
    {
      method: "POST",
      path: "explain",
      operation: "explain",
      right: "calls:explain",
      summary: "Shows which bindings would run for a call, and why the others would not. No action runs.",
      parameters: explainParameters,
      answer: z.strictObject({ event: z.string(), bindings: z.array(explainedAnswer) }),
      run: ({ fields }) => explainCall({ bookend, directories, user, calls }, fields),
    },
    {
      method: "POST",
      path: "preview",
      operation: "preview",
      right: "calls:explain",
      summary: "Renders the options of a binding for a call, such as the body of a mail. Nothing is sent.",
      parameters: previewParameters,
      answer: z.strictObject({ texts: z.array(textAnswer) }),
      run: ({ fields }) => previewTexts({ bookend, directories, user, calls }, fields),
    },
  ];
}
