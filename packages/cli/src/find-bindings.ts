import { CliError } from "./cli-error.js";
import { nearest } from "./nearest.js";
import { problemMessage } from "./problem-message.js";
import type { BindingItem, Target } from "./target/target.js";

/**
 * Finds bindings by their names or ids.
 *
 * @throws {CliError} if there is no such binding
 */
export async function findBindings(target: Target, references: readonly string[]): Promise<readonly BindingItem[]> {
  const all = await target.list({});
  const byName = new Map(all.map((binding) => [binding.name, binding]));
  const byId = new Map(all.map((binding) => [String(binding.id), binding]));
  const found = references.map((reference) => {
    // a name that is a number takes precedence over an id
    const binding = byName.get(reference) ?? byId.get(reference);
    if (binding !== undefined) return binding;
    const near = nearest(reference, [...byName.keys()]);
    const wrong = `There is no binding ${JSON.stringify(reference)}`;
    throw new CliError(
      "failed",
      near === undefined
        ? problemMessage(wrong, "the name or id of a binding, as shown by bookend list")
        : `${wrong}. Did you mean "${near}"?`,
    );
  });
  return [...new Set(found)];
}

/**
 * Finds the id of a binding by its name or id. A deleted binding can only be found by its id.
 *
 * @throws {CliError} if there is no such binding
 */
export async function idOfBinding(target: Target, reference: string): Promise<number> {
  // a name that is a number takes precedence over an id
  if (!/^\d{1,15}$/.test(reference)) return (await findBinding(target, reference)).id;
  return (await target.list({ search: reference })).find(({ name }) => name === reference)?.id ?? Number(reference);
}

/** Finds a binding by its name or id. @throws {CliError} if there is no such binding */
export async function findBinding(target: Target, reference: string): Promise<BindingItem> {
  const [binding] = await findBindings(target, [reference]);
  return binding as BindingItem;
}
