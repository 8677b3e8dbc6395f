import type { Place } from "./problem-list.js";

/** Names of the fields of a binding in a file. */
export const fieldNames = [
  "event",
  "handlermodule",
  "action",
  "position",
  "ordering",
  "active",
  "abort_on_error",
  "delivery",
  "conditions",
  "options",
] as const;

/** Names of the fields that a file can have at its top level. */
export const topNames: ReadonlySet<string> = new Set(["bindings", "$schema", "format"]);

/**
 * Fields of a binding in a list that are not settings: its name, and the id and revision that the exporting server had
 * assigned.
 */
export const ownFields = ["name", "id", "revision"] as const;

/** Returns whether a binding may have a field of this name. */
export function isFieldName(name: string): boolean {
  return (fieldNames as readonly string[]).includes(name);
}

/** A binding as written in a file. */
export interface FileBinding {
  readonly name: string;
  /** The fields under the names of the management API, with an {@link EnvReference} where the file has `!env`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: Place;
  /** Returns the place of a field, or of a part of one such as `options.body`. */
  placeOf(field: string, at: "name" | "value"): Place;
}
