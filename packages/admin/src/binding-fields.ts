import type { BindingInput } from "@bookend/core";
import { checkNames, type Fields, fromJson, isRecord } from "./fields.js";

/** Names of the parameters of a binding, in addition to `option.<name>`. */
export const bindingFields = [
  "name",
  "event",
  "handlermodule",
  "action",
  "position",
  "ordering",
  "active",
  "abort_on_error",
  "conditions",
  "options",
  "clear_options",
  "delivery",
] as const;

/** The prefix of parameters that set a single option. */
export const optionPrefix = "option.";

const flags = new Map<unknown, boolean>([
  ...[true, 1, "True", "true", "TRUE", "1"].map((value) => [value, true] as const),
  ...[false, 0, "False", "false", "FALSE", "0"].map((value) => [value, false] as const),
]);

/**
 * Returns the fields of a binding that a client sent, with strings converted to the values that they represent. A value
 * that cannot be converted is left unchanged: core refuses it with the field, the value and what is allowed.
 */
export function bindingChanges(fields: Fields): Partial<BindingInput> {
  const changes: { [K in keyof BindingInput]?: unknown } = {
    name: fields.name,
    events: listOf(fields.event),
    handler: fields.handlermodule,
    action: fields.action,
    position: fields.position,
    ordering: integerOf(fields.ordering),
    active: flagOf(fields.active),
    abortOnError: flagOf(fields.abort_on_error),
    conditions: fromJson(fields.conditions, "conditions"),
    options: optionsOf(fields),
    delivery: fields.delivery,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/**
 * Returns the given options, which replace all stored options. If none are given, returns an empty object if
 * `clear_options` is set, and otherwise undefined: the stored options are then kept.
 */
function optionsOf(fields: Fields): unknown {
  const given = fromJson(fields.options, "options");
  const named = Object.entries(fields)
    .filter(([name]) => name.startsWith(optionPrefix))
    .map(([name, value]) => [name.slice(optionPrefix.length), value] as const);
  checkNames(Object.fromEntries(named));
  if (named.length === 0) return given ?? (flagOf(fields.clear_options) === true ? {} : undefined);
  return given === undefined || isRecord(given) ? { ...given, ...Object.fromEntries(named) } : given;
}

function listOf(value: unknown): unknown {
  const list = fromJson(value, "event");
  const entries: unknown = typeof list === "string" ? list.split(",") : list;
  if (!Array.isArray(entries)) return entries;
  return entries.map((entry) => (typeof entry === "string" ? entry.trim() : entry)).filter((entry) => entry !== "");
}

function integerOf(value: unknown): unknown {
  return typeof value === "string" && /^[+-]?\d{1,10}$/.test(value) ? Number(value) : value;
}

/** Returns the boolean that a string represents; any other value unchanged. */
export function flagOf(value: unknown): unknown {
  return flags.get(value) ?? value;
}
