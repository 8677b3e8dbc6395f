import { type DeliveryChoice, type DeliveryFilter, type DeliveryPage, problemMessage } from "@bookend/core";
import { type SelectQueryBuilder, sql } from "kysely";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";

/** Maximum number of ids in a filter, of entries in a page, and of ids in a result. */
export const most = 1_000;

const allStates: readonly string[] = ["waiting", "sending", "sent", "dead", "cancelled"];

type Deliveries<Row> = SelectQueryBuilder<StoreSchema, "bookend_delivery", Row>;

/** Restricts a query to the deliveries that a filter selects. */
export function matching<Row>(
  query: Deliveries<Row>,
  { ids, states, kind, destination, bindingId, callId, from, to }: DeliveryFilter,
): Deliveries<Row> {
  let selected = query;
  if (ids) selected = ids.length === 0 ? selected.where(sql<boolean>`1 = 0`) : selected.where("id", "in", ids);
  if (states)
    selected = states.length === 0 ? selected.where(sql<boolean>`1 = 0`) : selected.where("state", "in", states);
  if (kind !== undefined) selected = selected.where("kind", "=", kind);
  if (destination !== undefined) selected = selected.where("destination", "=", destination);
  if (bindingId !== undefined) selected = selected.where("binding", "=", bindingId);
  if (callId !== undefined) selected = selected.where("call", "=", callId);
  if (from) selected = selected.where("created", ">=", from.getTime());
  if (to) selected = selected.where("created", "<", to.getTime());
  return selected;
}

/** @throws {StoreError} OUTBOX_OPTION_INVALID */
export function checkFilter(filter: DeliveryFilter): DeliveryFilter {
  const { ids, states, bindingId, from, to } = filter;
  if (ids && ids.length > most) throw invalidOption("ids", `at most ${most} ids`);
  if (states?.some((state) => !allStates.includes(state))) throw invalidOption("states", allStates.join(", "));
  if (bindingId !== undefined && !Number.isSafeInteger(bindingId)) throw invalidOption("bindingId", "an integer");
  for (const [name, date] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (date && !Number.isFinite(date.getTime())) throw invalidOption(name, "a date");
  }
  return filter;
}

/**
 * Checks the filter of a change. A filter without fields, which a program may create by mistake from missing input,
 * must not select everything.
 *
 * @throws {StoreError} OUTBOX_OPTION_INVALID
 */
export function checkChoice(which: DeliveryChoice): DeliveryFilter {
  if (which === "all") return {};
  if (Object.values(which).some((value) => value !== undefined)) return checkFilter(which);
  throw new StoreError(
    "OUTBOX_OPTION_INVALID",
    problemMessage("it has no fields, so it would select every delivery", '"all", or at least one field', "filter"),
  );
}

/** Returns the size of a page. @default 50 @throws {StoreError} OUTBOX_OPTION_INVALID */
export function sizeOf({ size = 50 }: DeliveryPage): number {
  if (Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw invalidOption("size", `an integer from 1 to ${most}`);
}

/** Creates the error `OUTBOX_OPTION_INVALID`. */
export function invalidOption(field: string, allowed: string): StoreError {
  return new StoreError("OUTBOX_OPTION_INVALID", problemMessage("the value is not valid", allowed, field));
}
