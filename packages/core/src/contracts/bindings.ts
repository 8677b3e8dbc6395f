import type { Binding, BindingInput } from "./binding.js";
import type { ChangeOrigin } from "./binding-store.js";
import type { Problem } from "./errors.js";
import type { BindingHistory } from "./history.js";

/** Checks and writes bindings; each method resolves once the next call will see the change. */
export interface Bindings {
  /** Returns all bindings, in the order in which they run. */
  list(): Promise<readonly Binding[]>;
  get(id: number): Promise<Binding | undefined>;
  /** @throws {BookendError} BINDING_INVALID, BINDINGS_READ_ONLY */
  add(input: BindingInput, options?: OriginOptions): Promise<Binding>;
  /**
   * Changes only the given fields, and keeps concurrent changes of the others. If `changes` is a function, it receives
   * the stored binding, and is called again if the stored binding has been changed in the meantime. A change that only
   * switches the binding off is not checked.
   *
   * @throws {BookendError} BINDING_INVALID, BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  update(
    id: number,
    changes: Partial<BindingInput> | ((stored: Binding) => Partial<BindingInput>),
    options?: ChangeOptions,
  ): Promise<Binding>;
  /**
   * Switches a binding on or off. The binding is checked only when it is switched on.
   *
   * @throws {BookendError} BINDING_INVALID, BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  setActive(id: number, active: boolean, options?: ChangeOptions): Promise<Binding>;
  /** @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED, BINDINGS_READ_ONLY */
  remove(id: number, options?: ChangeOptions): Promise<void>;
  /**
   * Changes several bindings in one transaction, either all or none. An edit that only switches a binding off or
   * changes its ordering is not checked. Returns the changed bindings, in the order of `edits`.
   *
   * @throws {BookendError} BINDING_INVALID (each problem's field prefixed by `binding <id>: `), BINDING_NOT_FOUND,
   * BINDING_CHANGED, BINDINGS_READ_ONLY
   */
  changeAll(edits: readonly BindingEdit[], options?: OriginOptions): Promise<readonly Binding[]>;
  /** The history of bindings; undefined if the store does not keep one. */
  readonly history: BindingHistory | undefined;
  /**
   * Restores a binding to its state after, or before, an entry of the history, including secrets. A removed binding is
   * restored with its id.
   *
   * @throws {BookendError} HISTORY_NOT_FOUND, BINDING_INVALID, BINDING_CHANGED, BINDINGS_READ_ONLY; BINDING_NOT_FOUND
   * if the binding of a requested revision no longer exists
   */
  restore(id: number, options: RestoreOptions): Promise<Binding>;
  /**
   * Returns the problems that prevent bindings from running, by id; bindings that can run are not included. Unlike
   * `check`, it does not look up names in directories.
   */
  problems(): Promise<ReadonlyMap<number, readonly Problem[]>>;
  /**
   * Imports bindings, either all or none, in one transaction. A binding with errors is stored but switched off.
   *
   * @throws {BookendError} BINDING_INVALID, with nothing changed, if a binding has an invalid field, if two have the
   * same name, if a name exists (with `add`), or if a binding has any error (with `strict`); each problem's field is
   * prefixed by `binding <place in the list, from 1>: `. BINDING_CHANGED if `state` is not the current one;
   * BINDINGS_READ_ONLY
   */
  import(inputs: readonly BindingInput[], options?: ImportOptions): Promise<ImportResult>;
}

/** How a change is recorded. */
export interface OriginOptions {
  /** The origin of the change, for the history. */
  readonly origin?: ChangeOrigin | undefined;
}

/** A change of one binding among several. */
export interface BindingEdit {
  readonly id: number;
  /** The revision that the change is meant for. @default any: the last change wins */
  readonly revision?: number | undefined;
  /** The fields to change, or `remove` to remove the binding. */
  readonly changes: Partial<BindingInput> | "remove";
}

/** The revision for which a change of a binding is meant. */
export interface ChangeOptions extends OriginOptions {
  /**
   * The revision to which the change applies; if the current one differs, the change is refused with `BINDING_CHANGED`.
   * @default any: the last change wins
   */
  readonly revision?: number | undefined;
}

/** The state to which a binding is restored. */
export interface RestoreOptions extends ChangeOptions {
  /** The number of an entry of the history. */
  readonly entry: number;
  /**
   * Whether to restore the binding as it was before the change of that entry, or after it. @default after; before, for
   * an entry that removed the binding
   */
  readonly side?: "before" | "after" | undefined;
}

/** Options of an import. */
export interface ImportOptions extends OriginOptions {
  /**
   * `merge` replaces the binding of the same name or adds one; `add` refuses a name that exists; `prune` is `merge` and
   * also removes all other bindings; `replace` is `prune` and also runs bindings with the same ordering in the order of
   * the list, for which some of them receive a new id.
   *
   * @default "merge"
   */
  readonly mode?: ImportMode | undefined;
  /** Whether to switch all imported bindings off. @default false */
  readonly inactive?: boolean | undefined;
  /** Whether to refuse the import if a binding has an error, instead of switching that binding off. @default false */
  readonly strict?: boolean | undefined;
  /**
   * Whether to change nothing, and return the result that the import would have. Added bindings have the id 0. @default
   * false
   */
  readonly dryRun?: boolean | undefined;
  /**
   * The `state` of an earlier result. The import is refused with `BINDING_CHANGED` if the bindings have changed since
   * then. @default any
   */
  readonly state?: string | undefined;
}

/** How an import treats existing bindings. */
export type ImportMode = "merge" | "add" | "prune" | "replace";

/** The result of an import. */
export interface ImportResult {
  /** One result for each input, in the same order. */
  readonly bindings: readonly ImportedBinding[];
  /** The removed bindings. */
  readonly removed: readonly Binding[];
  /** Identifies the state of all bindings before the import, including their revisions. */
  readonly state: string;
}

/** A binding that was imported. */
export interface ImportedBinding {
  readonly binding: Binding;
  /**
   * Whether the binding was added, replaced the one with its name, or was already stored with the same content and
   * therefore not written.
   */
  readonly outcome: "added" | "updated" | "unchanged";
  /** The earlier binding of that name. */
  readonly before?: Binding | undefined;
  readonly problems: readonly Problem[];
}
