import type { Bookend } from "@bookend/core";
import { itemOf } from "../binding-item.js";
import type { Result } from "../envelope.js";
import { type Fields, refuseUnknown } from "../fields.js";

/** The `format` of our exports. */
export const ownFormat = "bookend";

/** `GET /event/export`: all bindings, without their ids. Secrets are masked; `detail.masked` names each. */
export async function exportBindings({ bindings, registry }: Bookend, fields: Fields): Promise<Result> {
  refuseUnknown(fields, []);
  const exported: object[] = [];
  const masked: object[] = [];
  for (const binding of await bindings.list()) {
    const { id, revision, ...item } = itemOf(binding, registry);
    exported.push({ ...item, abort_on_error: binding.abortOnError });
    for (const [option, value] of Object.entries(item.options)) {
      if (value !== binding.options[option]) masked.push({ id, name: item.name, option });
    }
  }
  return { value: { format: ownFormat, bindings: exported }, detail: { masked } };
}
