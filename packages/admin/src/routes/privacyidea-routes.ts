import { describePrivacyideaActions, describePrivacyideaConditions, type Handler } from "@bookend/core";
import { z } from "zod";
import { bindingAnswer, problemAnswer } from "../answers/binding-answers.js";
import { itemOf } from "../binding-item.js";
import { bindingListParameters, revisionOfAll, selectBindings, sortBindings } from "../binding-list.js";
import { bindingParameters } from "../binding-parameters.js";
import type { OriginOf } from "../change-origin.js";
import { notFoundError } from "../errors.js";
import { refuseUnknown } from "../fields.js";
import type { AdminOptions, Operation } from "../options.js";
import { revisionOf, tagOf } from "../revision.js";
import { type Route, type RouteInput, routeOf } from "../route.js";
import { getBinding, saveBinding } from "../save-binding.js";

const noParameters = z.strictObject({});
const revisionParameter = z.strictObject({ revision: z.int().optional() });
const warnings = z.strictObject({ warnings: z.array(problemAnswer) });
const position = z.enum(["pre", "post"]);

/** Returns the routes that privacyIDEA has, with the same request and response formats. */
export function privacyideaRoutes(
  { bookend, directories = {} }: Pick<AdminOptions<never>, "bookend" | "directories">,
  origin: OriginOf,
): readonly Route[] {
  const { bindings, registry } = bookend;
  /** Creates a route that reads a value and has no parameters. */
  const bare = (
    operation: Operation,
    path: string,
    summary: string,
    answer: z.ZodType,
    read: (argument: string) => Promise<unknown> | unknown,
  ): Route =>
    routeOf(
      { method: "GET", path, operation, right: "bindings:read", summary, parameters: noParameters, answer },
      async ({ argument }) => ({ value: await read(argument) }),
    );
  /** Creates a route that changes one binding, provided that it has the revision in `revision` or `If-Match`. */
  const change = (
    operation: Operation,
    method: "POST" | "DELETE",
    path: string,
    summary: string,
    run: (id: number, revision: number | undefined, input: RouteInput) => Promise<unknown>,
  ): Route => ({
    method,
    path,
    operation,
    right: "bindings:write",
    summary,
    parameters: revisionParameter,
    conditional: true,
    answer: z.int().describe("The id."),
    async run(input) {
      const { argument, fields, ifMatch } = input;
      refuseUnknown(fields, ["revision"]);
      const id = Number(argument);
      await run(id, revisionOf(fields, ifMatch), input);
      return { value: id };
    },
  });
  const handlerOf = (id: string): Handler => {
    const handler = registry.handlers.get(id);
    if (!handler) throw notFoundError(`There is no handler module ${JSON.stringify(id)}.`);
    return handler;
  };

  return [
    routeOf(
      {
        method: "GET",
        path: "",
        operation: "list",
        right: "bindings:read",
        summary: "The bindings, in the order in which they run; all of them unless parameters select some.",
        parameters: bindingListParameters,
        answer: z.array(bindingAnswer),
        detail: z.strictObject({
          count: z.int().optional(),
          page: z.int().optional(),
          page_size: z.int().optional(),
          revision: z
            .string()
            .optional()
            .describe(
              "Changes whenever a binding changes. Absent, like the other details, if the request has no parameters.",
            ),
        }),
      },
      async ({ parameters }) => {
        if (Object.keys(parameters).length === 0) {
          return { value: (await bindings.list()).map((binding) => itemOf(binding, registry)) };
        }
        const { sort, page = 1, page_size = 50, ...filter } = parameters;
        const found = sortBindings(await selectBindings(bookend, filter), sort);
        const shown = found.slice((page - 1) * page_size, page * page_size);
        return {
          value: shown.map((binding) => itemOf(binding, registry)),
          detail: { count: found.length, page, page_size, revision: revisionOfAll(await bindings.list()) },
        };
      },
    ),
    // as in privacyIDEA, the value is a list with one entry
    routeOf(
      {
        method: "GET",
        path: "<id>",
        operation: "get",
        right: "bindings:read",
        summary: "A list that contains only this binding.",
        parameters: noParameters,
        answer: z.array(bindingAnswer),
      },
      async ({ argument }) => {
        const binding = await getBinding(bookend, Number(argument));
        return { value: [itemOf(binding, registry)], headers: tagOf(binding) };
      },
    ),
    bare("available", "available", "The names of all events.", z.array(z.string()), () => [...bookend.events].sort()),
    bare("handlermodules", "handlermodules", "The ids of all handlers.", z.array(z.string()), () => [
      ...registry.handlers.keys(),
    ]),
    bare(
      "positions",
      "positions/<module>",
      "The positions that bindings of a handler can have.",
      z.array(position),
      (id) => handlerOf(id).positions,
    ),
    // privacyIDEA's UI requests this before a module is chosen
    bare(
      "defaults",
      "defaults/<module>",
      "The defaults of a handler, even of one that does not exist.",
      z.strictObject({ abort_on_error: z.boolean() }),
      (id) => ({ abort_on_error: registry.handlers.get(id)?.abortOnError ?? false }),
    ),
    bare(
      "actions",
      "actions/<module>",
      "The actions of a handler with their options, in the format of privacyIDEA's forms.",
      z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
      (id) => describePrivacyideaActions(registry, handlerOf(id).id, directories),
    ),
    bare(
      "conditions",
      "conditions/<module>",
      "The conditions of a handler, in the format of privacyIDEA's forms.",
      z.record(z.string(), z.record(z.string(), z.unknown())),
      (id) => describePrivacyideaConditions(registry, handlerOf(id).id, directories),
    ),
    change("enable", "POST", "enable/<id>", "Checks a binding and enables it.", async (id, revision, input) =>
      bindings.setActive(id, true, { revision, origin: await origin(input, "enable") }),
    ),
    change("disable", "POST", "disable/<id>", "Disables a binding.", async (id, revision, input) =>
      bindings.setActive(id, false, { revision, origin: await origin(input, "disable") }),
    ),
    change("delete", "DELETE", "<id>", "Deletes a binding.", async (id, revision, input) =>
      bindings.remove(id, { revision, origin: await origin(input, "delete") }),
    ),
    {
      method: "POST",
      path: "",
      operation: "set",
      right: "bindings:write",
      summary: "Adds a binding, or changes the given fields of the binding with this id.",
      parameters: bindingParameters,
      conditional: true,
      answer: z.int().describe("The id."),
      detail: warnings,
      async run(input) {
        const { fields, ifMatch } = input;
        const isNew = fields.id === undefined || fields.id === null || fields.id === "";
        return saveBinding(bookend, fields, ifMatch, await origin(input, isNew ? "create" : "change"));
      },
    },
  ];
}
