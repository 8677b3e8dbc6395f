import type { Binding } from "../api/bindings.ts";
import type { BindingActions } from "./use-binding-actions.ts";

/** The properties of the menu of a binding. */
export interface BindingMenuProps {
  readonly binding: Binding;
  readonly actions: BindingActions;
  readonly writes: boolean;
}
