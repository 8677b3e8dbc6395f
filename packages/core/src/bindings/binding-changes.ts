import type { Binding } from "../contracts/binding.js";
import type { BindingChange } from "../contracts/binding-store.js";
import { BookendError } from "../contracts/errors.js";

/** The bindings that a write changed. */
export interface WrittenBindings {
  /** Inserted and updated. */
  readonly bindings: readonly Binding[];
  /** Ids. */
  readonly removed: readonly number[];
}

/** Removals, then updates, then insertions. For stores. */
export function inWritingOrder(changes: readonly BindingChange[]): readonly BindingChange[] {
  const of = (kind: BindingChange["kind"]) => changes.filter((change) => change.kind === kind);
  return [...of("remove"), ...of("update"), ...of("insert")];
}

/** The error of an id that no binding has. For stores. */
export function bindingNotFound(id: number): BookendError {
  return new BookendError("BINDING_NOT_FOUND", `There is no binding ${id}.`);
}

/** The error of a change that was meant for another revision. For stores. */
export function bindingChanged(id: number, revision: number): BookendError {
  return new BookendError(
    "BINDING_CHANGED",
    `revision: binding ${id} was changed meanwhile. Allowed: ${revision}, the revision that is stored now.`,
  );
}

/** The error of a name that another binding has. For stores. */
export function bindingNameTaken(name: string): BookendError {
  return new BookendError("BINDING_NAME_TAKEN", `name: another binding is called ${JSON.stringify(name)}.`);
}
