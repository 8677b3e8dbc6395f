import type { Binding, HistoryChange, HistoryEntry, HistoryQuery } from "@bookend/core";
import { z } from "zod";
import { actorItem } from "../actor-item.js";
import { bindingAnswer, problemAnswer } from "../answers/binding-answers.js";
import { historyAnswer } from "../answers/history-answers.js";
import { itemOf } from "../binding-item.js";
import type { OriginOf } from "../change-origin.js";
import type { Result } from "../envelope.js";
import type { AdminOptions } from "../options.js";
import { savedItem } from "../patch-binding.js";
import { choiceParameter, idParameter, integerParameter } from "../read-parameters.js";
import { revisionOf } from "../revision.js";
import { type Route, type RouteDescription, routeOf } from "../route.js";

const pages = z.strictObject({
  page: integerParameter(1, 1_000_000).optional(),
  // pages are small, since an entry contains up to 100 bindings, each before and after the change
  page_size: integerParameter(1, 100).optional(),
});

/** Returns the routes for the history of bindings. */
export function historyRoutes({ bookend }: Pick<AdminOptions<never>, "bookend">, origin: OriginOf): readonly Route[] {
  const { bindings, registry } = bookend;
  const read = async (query: HistoryQuery): Promise<Result> => {
    const { page, pageSize } = query;
    const { entries = [], count = 0 } = (await bindings.history?.page(query)) ?? {};
    return { value: entries.map(entryItem), detail: { count, page, page_size: pageSize } };
  };
  const shape = {
    method: "GET",
    operation: "history",
    right: "bindings:read",
    feature: "history",
    parameters: pages,
    answer: z.array(historyAnswer),
    detail: z.strictObject({ count: z.int(), page: z.int(), page_size: z.int() }),
  } as const satisfies Omit<RouteDescription, "path" | "summary">;

  return [
    routeOf(
      { ...shape, path: "history", summary: "Changes of all bindings, newest first." },
      ({ parameters: { page = 1, page_size = 50 } }) => read({ page, pageSize: page_size }),
    ),
    routeOf(
      { ...shape, path: "<id>/history", summary: "Changes of one binding, newest first, even if it has been deleted." },
      ({ argument, parameters: { page = 1, page_size = 50 } }) =>
        read({ binding: Number(argument), page, pageSize: page_size }),
    ),
    routeOf(
      {
        method: "POST",
        path: "<id>/restore",
        operation: "restore",
        right: "bindings:write",
        summary: "Restores a binding to its state after or before a change in the history, including secrets.",
        feature: "history",
        parameters: z.strictObject({
          entry: idParameter(),
          side: choiceParameter(["before", "after"])
            .optional()
            .describe("Default: after, or before if the change deleted the binding."),
          revision: integerParameter(0, Number.MAX_SAFE_INTEGER).optional(),
        }),
        conditional: true,
        answer: bindingAnswer,
        detail: z.strictObject({ warnings: z.array(problemAnswer) }),
      },
      async (input) => {
        const { entry, side, revision } = input.parameters;
        const saved = await bindings.restore(Number(input.argument), {
          entry,
          side,
          revision: revisionOf({ revision }, input.ifMatch),
          origin: await origin(input, "restore"),
        });
        return savedItem(bookend, saved);
      },
    ),
  ];

  function entryItem({ time, actor, bindings: changes, ...entry }: HistoryEntry) {
    return {
      ...entry,
      time: time.toISOString(),
      ...(actor && { actor: actorItem(actor) }),
      bindings: changes.map(changeItem),
    };
  }

  function changeItem({ id, name, before, after }: HistoryChange) {
    const secrets = before && after ? changedSecrets(before, after) : [];
    return {
      id,
      name,
      before: before && itemOf(before, registry),
      after: after && itemOf(after, registry),
      ...(secrets.length > 0 && { changed_secrets: secrets }),
    };
  }

  /**
   * Returns the names of the options that differ although they look the same, since the API shows `***` for both
   * values.
   */
  function changedSecrets(before: Binding, after: Binding): readonly string[] {
    const [shownBefore, shownAfter] = [itemOf(before, registry).options, itemOf(after, registry).options];
    return Object.keys(after.options).filter(
      (name) =>
        JSON.stringify(before.options[name]) !== JSON.stringify(after.options[name]) &&
        JSON.stringify(shownBefore[name]) === JSON.stringify(shownAfter[name]),
    );
  }
}
