import { type DeliveryChoice, type DurableOutbox, problemMessage } from "@bookend/core";
import { z } from "zod";
import { notFoundError, parameterError } from "../errors.js";
import { wrong } from "../fields.js";
import type { AdminOptions } from "../options.js";
import { choiceParameter, flagParameter, integerParameter, listParameter, textParameter } from "../read-parameters.js";
import { type Route, routeOf } from "../route.js";
import {
  deliveryAnswer,
  deliveryWithAttemptsAnswer,
  destinationAnswer,
  destinationStates,
  selectionAnswer,
} from "./delivery-answers.js";
import { deliveryFilter, deliveryFilterParameters, mostIds } from "./delivery-filter.js";
import { attemptItem, deliveryItem, destinationItem } from "./delivery-items.js";

const selectionParameters = z.strictObject({
  ids: listParameter("ids", textParameter(), mostIds).optional(),
  filter: z.strictObject(deliveryFilterParameters).optional().describe("A filter with at least one field."),
  all: flagParameter().optional().describe("Selects every delivery, as an alternative to ids and filter."),
  dry_run: flagParameter().optional().describe("Reports what would change, without changing anything."),
});

/** Returns the routes for durable deliveries and their destinations. */
export function deliveryRoutes({ outbox }: Pick<AdminOptions<never>, "outbox">): readonly Route[] {
  const feature = "deliveries" as const;
  /** Returns the outbox. If the host does not have an outbox, `createAdmin` refuses requests before they get here. */
  const kept = (): DurableOutbox => {
    if (!outbox) throw notFoundError("This server does not keep deliveries.");
    return outbox;
  };
  const chosen = ({ ids, filter, all = false }: z.output<typeof selectionParameters>): DeliveryChoice => {
    const given = [ids !== undefined, filter !== undefined, all].filter(Boolean);
    if (given.length !== 1)
      throw parameterError(
        problemMessage(
          `${given.length} of ids, filter and all are given`,
          "exactly one of ids, filter, all: true",
          "ids",
        ),
      );
    if (all) return "all";
    if (ids !== undefined) return { ids };
    const read = deliveryFilter(filter ?? {});
    // a program whose input is missing may send an empty filter, which must not select every delivery
    if (Object.values(read).every((value) => value === undefined)) {
      throw wrong("filter", {}, "at least one field, or all: true instead of a filter for every delivery");
    }
    return read;
  };
  return [
    routeOf(
      {
        method: "GET",
        path: "deliveries",
        operation: "deliveries",
        right: "deliveries:read",
        feature,
        summary: "Deliveries, newest first.",
        parameters: z.strictObject({
          ...deliveryFilterParameters,
          cursor: z
            .string()
            .regex(/^\d{1,15}$/, { error: "detail.next of the previous page" })
            .optional()
            .describe("detail.next of the previous page."),
          page_size: integerParameter(1, 1_000).optional(),
        }),
        answer: z.array(deliveryAnswer),
        detail: z.strictObject({ next: z.string().optional() }),
      },
      async ({ parameters: { cursor, page_size, ...filter } }) => {
        const { deliveries, next } = await kept().list(deliveryFilter(filter), { cursor, size: page_size });
        return { value: deliveries.map(deliveryItem), detail: next === undefined ? {} : { next } };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "deliveries/<delivery>",
        operation: "deliveries",
        right: "deliveries:read",
        feature,
        summary: "One delivery with its attempts.",
        parameters: z.strictObject({}),
        answer: deliveryWithAttemptsAnswer,
      },
      async ({ argument }) => {
        const found = await kept().get(argument);
        if (!found) throw notFoundError(`There is no delivery ${JSON.stringify(argument)}.`);
        return { value: { ...deliveryItem(found.delivery), attempts: found.attempts.map(attemptItem) } };
      },
    ),
    routeOf(
      {
        method: "POST",
        path: "deliveries/replay",
        operation: "replay",
        right: "deliveries:replay",
        feature,
        summary: "Sends deliveries again under the same ids, if they have ended and their payloads are kept.",
        parameters: selectionParameters,
        answer: selectionAnswer,
      },
      async ({ parameters }) => {
        const { dry_run: dryRun = false } = parameters;
        return { value: { ...(await kept().replay(chosen(parameters), { dryRun })), dry_run: dryRun } };
      },
    ),
    routeOf(
      {
        method: "POST",
        path: "deliveries/cancel",
        operation: "cancel",
        right: "deliveries:cancel",
        feature,
        summary: "Cancels waiting deliveries. An attempt that is already running is completed, but not repeated.",
        parameters: selectionParameters,
        answer: selectionAnswer,
      },
      async ({ parameters }) => {
        const { dry_run: dryRun = false } = parameters;
        return { value: { ...(await kept().cancel(chosen(parameters), { dryRun })), dry_run: dryRun } };
      },
    ),
    routeOf(
      {
        method: "POST",
        path: "deliveries/hasten",
        operation: "hasten",
        right: "deliveries:replay",
        feature,
        summary:
          "Makes the next attempt of waiting deliveries now, and ends the pauses of their destinations. Deliveries that were submitted for a later time, and those to disabled destinations, are not affected.",
        parameters: selectionParameters,
        answer: selectionAnswer,
      },
      async ({ parameters }) => {
        const { dry_run: dryRun = false } = parameters;
        return { value: { ...(await kept().hasten(chosen(parameters), { dryRun })), dry_run: dryRun } };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "destinations",
        operation: "destinations",
        right: "deliveries:read",
        feature,
        summary:
          "The destinations of deliveries, by name: how many deliveries wait, and whether the destination is paused or disabled.",
        parameters: z.strictObject({
          state: listParameter("state", choiceParameter(destinationStates), destinationStates.length).optional(),
          cursor: textParameter().optional().describe("detail.next of the previous page."),
          page_size: integerParameter(1, 1_000).optional(),
        }),
        answer: z.array(destinationAnswer),
        detail: z.strictObject({ next: z.string().optional() }),
      },
      async ({ parameters: { state, cursor, page_size } }) => {
        const { destinations, next } = await kept().destinations({ states: state }, { cursor, size: page_size });
        return { value: destinations.map(destinationItem), detail: next === undefined ? {} : { next } };
      },
    ),
    routeOf(
      {
        method: "POST",
        path: "destinations/<destination>/resume",
        operation: "resume",
        right: "deliveries:replay",
        feature,
        summary: "Resumes a destination that is paused or disabled.",
        parameters: z.strictObject({}),
        answer: destinationAnswer,
      },
      async ({ argument }) => {
        const found = await kept().resume(argument);
        if (!found) throw notFoundError(`There is no destination ${JSON.stringify(argument)}.`);
        return { value: destinationItem(found) };
      },
    ),
  ];
}
