import type { Binding, BindingInput } from "./binding.js";
import type { ChangeOrigin } from "./binding-store.js";
import type { Problem } from "./errors.js";
import type { BindingHistory } from "./history.js";

/** Checked writing of bindings; each method is done when the next call sees the change. */
export interface Bindings {
  /** In the order in which they run. */
  list(): Promise<readonly Binding[]>;
  get(id: number): Promise<Binding | undefined>;
  /** @throws {BookendError} BINDING_INVALID, BINDINGS_READ_ONLY */
  add(input: BindingInput, options?: OriginOptions): Promise<Binding>;
  /**
   * Changes only the given fields, even if the binding is changed concurrently; a function receives the binding as it is at that moment.
   * A change that only switches it off is not checked.
   *
   * @throws {BookendError} BINDING_INVALID, BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  update(
    id: number,
    changes: Partial<BindingInput> | ((stored: Binding) => Partial<BindingInput>),
    options?: ChangeOptions,
  ): Promise<Binding>;
  /**
   * Switches a binding on, which checks it, or off, which does not.
   *
   * @throws {BookendError} BINDING_INVALID, BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  setActive(id: number, active: boolean, options?: ChangeOptions): Promise<Binding>;
  /** @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY */
  remove(id: number, options?: ChangeOptions): Promise<void>;
  /**
   * Changes several bindings in one transaction, all or none. What only switches one off, or gives it another ordering, is not checked.
   * Returns those that were changed, in the order of `edits`.
   *
   * @throws {BookendError} BINDING_INVALID (each problem's field prefixed by `binding <id>: `), BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  changeAll(edits: readonly BindingEdit[], options?: OriginOptions): Promise<readonly Binding[]>;
  /** The history of bindings; undefined if the store keeps none. */
  readonly history: BindingHistory | undefined;
  /**
   * Brings a binding back to what it was after, or before, an entry of the history, secrets included; one that was removed comes back with its id.
   *
   * @throws {BookendError} HISTORY_NOT_FOUND, BINDING_INVALID, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  restore(id: number, options: RestoreOptions): Promise<Binding>;
  /** The problems that keep bindings from running, by id; of none that can run. Names that only a directory knows are not looked up, as `check` does. */
  problems(): Promise<ReadonlyMap<number, readonly Problem[]>>;
  /**
   * Writes bindings that come from elsewhere, all or none, in one transaction. One with errors is kept, but switched off.
   *
   * @throws {BookendError} BINDING_INVALID, with nothing changed, if the fields of one are wrong, with `add` if its name exists
   * or, with `strict`, if one has an error (each problem's field prefixed by `binding <place in the list, from 1>: `);
   * BINDING_CHANGED for another `state`; BINDINGS_READ_ONLY
   */
  import(inputs: readonly BindingInput[], options?: ImportOptions): Promise<ImportResult>;
}

/** The record of a change. */
export interface OriginOptions {
  /** For the history. */
  readonly origin?: ChangeOrigin | undefined;
}

/** A change of one binding among several. */
export interface BindingEdit {
  readonly id: number;
  /** The revision that the change is meant for. @default any: the last change wins */
  readonly revision?: number | undefined;
  /** The fields that change, or `remove` for a binding that goes. */
  readonly changes: Partial<BindingInput> | "remove";
}

/** On what condition a binding is changed. */
export interface ChangeOptions extends OriginOptions {
  /** The revision that the change is meant for; another one is refused with `BINDING_CHANGED`. @default any: the last change wins */
  readonly revision?: number | undefined;
}

/** To what a binding is restored. */
export interface RestoreOptions extends ChangeOptions {
  /** Of the history. */
  readonly entry: number;
  /** The binding before the change, or after it. @default after; before, for an entry that removed it */
  readonly side?: "before" | "after" | undefined;
}

/** How bindings are imported. */
export interface ImportOptions extends OriginOptions {
  /**
   * `merge` replaces the binding of the same name or adds one; `add` refuses a name that exists; `prune` is `merge`, and removes all others;
   * `replace` is `prune`, and bindings of one ordering run in the order of the list, for which some get a new id.
   *
   * @default "merge"
   */
  readonly mode?: ImportMode | undefined;
  /** Switches all of them off. @default false */
  readonly inactive?: boolean | undefined;
  /** Refuses all if one has an error, in place of switching that one off. @default false */
  readonly strict?: boolean | undefined;
  /** Changes nothing: the result is what the import would do. Added bindings have the id 0. @default false */
  readonly dryRun?: boolean | undefined;
  /** The `state` that an earlier result named: refused with `BINDING_CHANGED` if the bindings were changed since. @default any */
  readonly state?: string | undefined;
}

/** The treatment of existing bindings by an import. */
export type ImportMode = "merge" | "add" | "prune" | "replace";

/** The result of an import. */
export interface ImportResult {
  /** In the order of the inputs. */
  readonly bindings: readonly ImportedBinding[];
  /** The bindings that are gone. */
  readonly removed: readonly Binding[];
  /** Stands for all bindings as they were before, with their revisions. */
  readonly state: string;
}

/** A binding that was imported. */
export interface ImportedBinding {
  readonly binding: Binding;
  /** Whether it is new, took the place of the one of that name, or was stored like that already, and then was not written. */
  readonly outcome: "added" | "updated" | "unchanged";
  /** The binding of that name before. */
  readonly before?: Binding | undefined;
  readonly problems: readonly Problem[];
}
