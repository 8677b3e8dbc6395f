import type { Binding, NewBinding } from "./binding.js";
import type { Actor } from "./call.js";
import type { BindingHistory } from "./history.js";
import type { MaybePromise } from "./maybe-promise.js";

/** One change of the bindings in a store. */
export type BindingChange =
  | {
      readonly kind: "insert";
      readonly binding: NewBinding;
      /** Of a binding that was removed and comes back: the id that it had. Without it the store gives one. */
      readonly id?: number | undefined;
      /** With `id`: the revision that it comes back with. @default 1 */
      readonly revision?: number | undefined;
    }
  /** Replaces a binding, if its revision still is this one. */
  | { readonly kind: "update"; readonly id: number; readonly revision: number; readonly binding: NewBinding }
  /** Removes a binding; only if its revision still is this one, where one is given. */
  | { readonly kind: "remove"; readonly id: number; readonly revision?: number | undefined };

/** Who changes bindings, from where, and by what: for the history. */
export interface ChangeOrigin {
  /** The kind of change, such as `create`, `import` or `restore`. @default by the kinds of changes: `create`, `change`, `delete`, and `bulk` for several */
  readonly operation?: string | undefined;
  readonly actor?: Actor | undefined;
  /** Address or name of the client. */
  readonly client?: string | undefined;
}

/** Where bindings are read from. */
export interface BindingStore {
  /** All bindings, active or not, in any order, as they were at one moment. */
  list(): MaybePromise<readonly Binding[]>;
  /** Calls `listener` whenever bindings may have changed, by whomever; returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void;
  /**
   * The changes since the revision of an earlier delta; without one, or if the store no longer knows what changed since, all bindings.
   * A store may lack it: then all bindings are read after each change. Who wraps a store and replaces `list` must replace or remove this too.
   */
  changes?(since?: string): MaybePromise<BindingDelta>;
}

/** The changes in a store. */
export interface BindingDelta {
  /** The revision up to which was read. */
  readonly revision: string;
  /** Whether `bindings` has all of them, whatever was read before. */
  readonly complete: boolean;
  /** As they are now. */
  readonly bindings: readonly Binding[];
  /** Ids. */
  readonly removed: readonly number[];
}

/** A store that can be written. It does not check bindings; `bookend.bindings` does, before it writes. */
export interface WritableBindingStore extends BindingStore {
  /** The history of bindings, if the store keeps one. */
  readonly history?: BindingHistory | undefined;
  get(id: number): MaybePromise<Binding | undefined>;
  /**
   * Makes all of these changes or none: removals first, then updates, then insertions.
   * Returns the bindings that were updated or inserted, in the order of `changes`. Listeners are notified once, before it resolves.
   *
   * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED (another revision is stored, or a binding with the id of an insertion), BINDING_NAME_TAKEN
   */
  write(changes: readonly BindingChange[], origin?: ChangeOrigin): MaybePromise<readonly Binding[]>;
}
