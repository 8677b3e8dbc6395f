import type { Binding, BindingInput } from "./binding.js";
import type { Problem } from "./errors.js";

/** Checked writing of bindings; each method is done when the next call sees the change. */
export interface Bindings {
  /** In the order in which they run. */
  list(): Promise<readonly Binding[]>;
  get(id: number): Promise<Binding | undefined>;
  /** Throws `BindingInvalidError`, `BINDINGS_READ_ONLY`. */
  add(input: BindingInput): Promise<Binding>;
  /** Changes the fields given. Throws `BindingInvalidError`, `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  update(id: number, changes: Partial<BindingInput>): Promise<Binding>;
  /** Switches a binding on or off, even one that is invalid. Throws `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  setActive(id: number, active: boolean): Promise<Binding>;
  /** Throws `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  remove(id: number): Promise<void>;
  /**
   * Adds bindings that come from elsewhere, in their order; with `replace` the others are removed afterwards.
   * One that is invalid is kept, but switched off. Throws `BindingInvalidError`, with nothing changed, if the fields of one
   * are wrong (each problem's field prefixed by `binding <place in the list, from 1>: `), `BINDINGS_READ_ONLY`.
   */
  import(inputs: readonly BindingInput[], options?: { replace?: boolean }): Promise<readonly ImportedBinding[]>;
}

/** What became of a binding that was imported. */
export interface ImportedBinding {
  readonly binding: Binding;
  readonly problems: readonly Problem[];
}
