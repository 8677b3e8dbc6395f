import {
  type Binding,
  type BindingInput,
  BindingInvalidError,
  type Bookend,
  type ChangeOrigin,
  uniqueNames,
} from "@bookend/core";
import { z } from "zod";
import { bindingChanges } from "./binding-fields.js";
import { itemOf } from "./binding-item.js";
import type { Result } from "./envelope.js";
import { type Fields, objectField, refuseUnknown } from "./fields.js";
import { describeProblems } from "./problems.js";
import { flagParameter, textParameter } from "./read-parameters.js";
import { revisionOf, tagOf } from "./revision.js";
import { getBinding, withSecrets } from "./save-binding.js";

/** Fields that `PATCH` may change. */
const patchFields = [
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
  "delivery",
] as const;

/** `PATCH /<id>`: changes the given fields, and within options and conditions only the given ones; null removes one. */
export async function patchBinding(
  bookend: Bookend,
  id: number,
  fields: Fields,
  ifMatch: string | undefined,
  origin: ChangeOrigin,
): Promise<Result> {
  refuseUnknown(fields, [...patchFields, "revision"]);
  const revision = revisionOf(fields, ifMatch);
  const { revision: _, options, conditions, ...plain } = fields;
  const changes = bindingChanges(plain);
  const merged = { options: objectField(fields, "options"), conditions: objectField(fields, "conditions") };
  const saved = await bookend.bindings.update(
    id,
    (stored) => {
      const wanted: Partial<BindingInput> = {
        ...changes,
        ...(merged.options && { options: merge(stored.options, merged.options) }),
        ...(merged.conditions && { conditions: merge(stored.conditions, merged.conditions) }),
      };
      const { changes: complete, problems } = withSecrets(bookend, wanted, stored);
      if (problems.length > 0) throw new BindingInvalidError(problems);
      return complete;
    },
    { revision, origin },
  );
  return savedItem(bookend, saved);
}

/** Returns a saved binding, with warnings about probable mistakes. */
export async function savedItem(bookend: Bookend, saved: Binding): Promise<Result> {
  return {
    value: itemOf(saved, bookend.registry),
    detail: { warnings: describeProblems(await bookend.check(saved)) },
    headers: tagOf(saved),
  };
}

function merge(stored: Fields, given: Fields): Fields {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(given)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

/** Parameters of `POST /<id>/copy`. */
export const copyParameters = z.strictObject({
  name: textParameter().optional().describe("By default the name of the original with a number."),
  active: flagParameter().optional().describe("Default false."),
});

/**
 * `POST /<id>/copy`: adds a copy of this binding, including its secrets. The copy is disabled unless `active` is true.
 */
export async function copyBinding(
  bookend: Bookend,
  id: number,
  { name, active = false }: z.output<typeof copyParameters>,
  origin: ChangeOrigin,
): Promise<Result> {
  const { id: _, revision: __, ...stored } = await getBinding(bookend, id);
  const names = (await bookend.bindings.list()).map((binding) => binding.name);
  const freeName = uniqueNames([...names, stored.name]).at(-1) ?? stored.name;
  const input: BindingInput = { ...stored, name: name ?? freeName, active };
  return savedItem(bookend, await bookend.bindings.add(input, { origin }));
}
