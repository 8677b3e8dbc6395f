import type { Binding, Bookend, Registry } from "@bookend/core";
import { type BindingItem, itemOf } from "../binding-item.js";
import type { Result } from "../envelope.js";
import { type Fields, refuseUnknown } from "../fields.js";

/** The `format` of Bookend's exports. */
export const ownFormat = "bookend";

/**
 * Handles `GET /event/export`: returns all bindings, without their ids. Secrets are masked; `detail.masked` names each.
 */
export async function exportBindings({ bindings, registry }: Bookend, fields: Fields): Promise<Result> {
  refuseUnknown(fields, []);
  const exported: object[] = [];
  const masked: object[] = [];
  for (const binding of await bindings.list()) {
    const item = exportedItem(binding, registry);
    exported.push(item);
    for (const [option, value] of Object.entries(item.options)) {
      if (value !== binding.options[option]) masked.push({ id: binding.id, name: item.name, option });
    }
  }
  return { value: { format: ownFormat, bindings: exported }, detail: { masked } };
}

/**
 * A binding in the format of exports: without the fields that the store assigns, and with its own value of
 * `abort_on_error`.
 */
export type ExportedItem = Omit<BindingItem, "id" | "revision" | "abort_on_error"> & {
  readonly abort_on_error: boolean | null;
};

/** Returns a binding in the format of exports. */
export function exportedItem(binding: Binding, registry: Registry): ExportedItem {
  const { id, revision, ...item } = itemOf(binding, registry);
  return { ...item, abort_on_error: binding.abortOnError };
}
