import type { Binding, NewBinding } from "./binding.js";
import type { Actor } from "./call.js";
import type { BindingHistory } from "./history.js";
import type { MaybePromise } from "./maybe-promise.js";

/** A change of the bindings in a store. */
export type BindingChange =
  | {
      readonly kind: "insert";
      readonly binding: NewBinding;
      /** The former id of a removed binding that is restored. Otherwise, the store assigns an id. */
      readonly id?: number | undefined;
      /** The revision of a restored binding, used with `id`. @default 1 */
      readonly revision?: number | undefined;
    }
  /** Replaces a binding if it still has this revision. */
  | { readonly kind: "update"; readonly id: number; readonly revision: number; readonly binding: NewBinding }
  /** Removes a binding; if a revision is given, only if the binding still has it. */
  | { readonly kind: "remove"; readonly id: number; readonly revision?: number | undefined };

/** The origin of a change for the history: who made it, from where, and by which operation. */
export interface ChangeOrigin {
  /**
   * The kind of change, such as `create`, `import` or `restore`. @default derived from the changes: `create`, `change`,
   * `delete`, or `bulk` for several
   */
  readonly operation?: string | undefined;
  readonly actor?: Actor | undefined;
  /** Address or name of the client. */
  readonly client?: string | undefined;
}

/** A source of bindings. */
export interface BindingStore {
  /** Returns a consistent snapshot of all bindings, active or not, in any order. */
  list(): MaybePromise<readonly Binding[]>;
  /**
   * Calls `listener` whenever bindings may have changed, in this process or another one; returns a function that ends
   * the subscription.
   */
  subscribe(listener: () => void): () => void;
  /**
   * Returns the changes since the revision of an earlier delta, or all bindings if `since` is not given or the store no
   * longer knows the changes. Optional: without it, all bindings are read after each change. If you wrap a store and
   * replace `list`, replace or remove this method too.
   */
  changes?(since?: string): MaybePromise<BindingDelta>;
}

/** The changes in a store. */
export interface BindingDelta {
  /** The revision to which the delta leads. */
  readonly revision: string;
  /** Whether `bindings` contains all bindings, regardless of earlier deltas. */
  readonly complete: boolean;
  /** The current state of the changed bindings. */
  readonly bindings: readonly Binding[];
  /** Ids of the removed bindings. */
  readonly removed: readonly number[];
}

/** A store that can be written. It does not check bindings; `bookend.bindings` checks them before it writes. */
export interface WritableBindingStore extends BindingStore {
  /** The history of bindings, if the store keeps one. */
  readonly history?: BindingHistory | undefined;
  get(id: number): MaybePromise<Binding | undefined>;
  /**
   * Makes either all of these changes or none: removals first, then updates, then insertions. Returns the bindings that
   * were updated or inserted, in the order of `changes`. Listeners are notified once, before it resolves.
   *
   * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED (the stored binding has another revision, or an insertion
   * has the id of a stored binding), BINDING_NAME_TAKEN
   */
  write(changes: readonly BindingChange[], origin?: ChangeOrigin): MaybePromise<readonly Binding[]>;
}
