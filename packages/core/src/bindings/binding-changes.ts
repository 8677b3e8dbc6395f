import type { Binding } from "../contracts/binding.js";
import type { BindingChange } from "../contracts/binding-store.js";
import { BookendError } from "../contracts/errors.js";
import { problemMessage } from "../internal/problem-message.js";

/** The bindings that a write changed. */
export interface WrittenBindings {
  /** The bindings that were inserted or updated. */
  readonly bindings: readonly Binding[];
  /** The ids of the bindings that were removed. */
  readonly removed: readonly number[];
}

/** Sorts changes into removals, then updates, then insertions. For use by stores. */
export function inWritingOrder(changes: readonly BindingChange[]): readonly BindingChange[] {
  const of = (kind: BindingChange["kind"]) => changes.filter((change) => change.kind === kind);
  return [...of("remove"), ...of("update"), ...of("insert")];
}

/** Creates the error for an id that does not belong to any binding. For use by stores. */
export function bindingNotFound(id: number): BookendError {
  return new BookendError("BINDING_NOT_FOUND", `There is no binding ${id}.`);
}

/** Creates the error for a change that was meant for another revision. For use by stores. */
export function bindingChanged(id: number, revision: number): BookendError {
  return new BookendError(
    "BINDING_CHANGED",
    problemMessage(`binding ${id} was changed meanwhile`, `${revision}, the revision that is stored now`, "revision"),
  );
}

/** Creates the error for a name that another binding already has. For use by stores. */
export function bindingNameTaken(name: string): BookendError {
  return new BookendError("BINDING_NAME_TAKEN", `name: another binding is called ${JSON.stringify(name)}.`);
}
