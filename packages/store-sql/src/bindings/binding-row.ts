import type { Binding, NewBinding } from "@bookend/core";
import type { Selectable } from "kysely";
import { toFlag } from "../portable-columns.js";
import type { BindingTable } from "../store-schema.js";

/** Converts a binding to a row of its table. */
export function bindingToRow(binding: NewBinding): Omit<Selectable<BindingTable>, "id" | "revision"> {
  return {
    name: binding.name,
    active: toFlag(binding.active),
    events: JSON.stringify(binding.events),
    position: binding.position,
    ordering: binding.ordering,
    handler: binding.handler,
    action: binding.action,
    options: JSON.stringify(binding.options),
    conditions: JSON.stringify(binding.conditions),
    abort_on_error: binding.abortOnError === null ? null : toFlag(binding.abortOnError),
    delivery: binding.delivery,
  };
}

/** Converts a row back to a binding. */
export function rowToBinding(row: Selectable<BindingTable>): Binding {
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    active: row.active === 1,
    events: JSON.parse(row.events) as string[],
    position: row.position,
    ordering: row.ordering,
    handler: row.handler,
    action: row.action,
    options: JSON.parse(row.options) as Record<string, unknown>,
    conditions: JSON.parse(row.conditions) as Record<string, unknown>,
    abortOnError: row.abort_on_error === null ? null : row.abort_on_error === 1,
    delivery: row.delivery,
  };
}
