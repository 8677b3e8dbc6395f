import type { Actor } from "./call.js";
import type { BindingHistory } from "./history.js";
import type { MaybePromise } from "./maybe-promise.js";

/** Before the call is processed, or after. */
export type Position = "pre" | "post";

/** Sent during the call, or stored and sent by the host's outbox. */
export type DeliveryMode = "inline" | "durable";

/** What an administrator writes: an action bound to events, under conditions. */
export interface Binding {
  /** Unique, given by the store. Bindings of the same ordering run by ascending id. */
  readonly id: number;
  /** Given by the store: 1 for a new binding, one more with each change. */
  readonly revision: number;
  /** Unique. */
  readonly name: string;
  readonly active: boolean;
  /** Names of the events. */
  readonly events: readonly string[];
  readonly position: Position;
  /** Ascending; privacyIDEA's "priority". */
  readonly ordering: number;
  /** Id of the handler, e.g. `UserNotification`. */
  readonly handler: string;
  readonly action: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Condition name to configured value. All must be fulfilled. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Whether a failing action makes the call fail; null: what the handler says. */
  readonly abortOnError: boolean | null;
  readonly delivery: DeliveryMode;
}

/** A binding before the store gave it an id; everything that has a default may be left out. */
export interface BindingInput {
  readonly name: string;
  readonly active?: boolean | undefined;
  readonly events: readonly string[];
  /** Default `post`. */
  readonly position?: Position | undefined;
  /** Default 0. */
  readonly ordering?: number | undefined;
  readonly handler: string;
  readonly action: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly conditions?: Readonly<Record<string, unknown>> | undefined;
  readonly abortOnError?: boolean | null | undefined;
  /** Default `inline`. */
  readonly delivery?: DeliveryMode | undefined;
}

/** A binding without what the store gives it: what a store is told to keep. */
export type NewBinding = Omit<Binding, "id" | "revision">;

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
  /** What was done, such as `create`, `import` or `restore`. @default by the kinds of changes: `create`, `change`, `delete`, and `bulk` for several */
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
   * What changed since a revision that an earlier delta had; without one, or if the store no longer knows what changed since, all bindings.
   * A store may lack it: then all bindings are read after each change. Who wraps a store and replaces `list` must replace or remove this too.
   */
  changes?(since?: string): MaybePromise<BindingDelta>;
}

/** What changed in a store. */
export interface BindingDelta {
  /** What was read up to. */
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
  /** What bindings were before, if the store keeps it. */
  readonly history?: BindingHistory | undefined;
  get(id: number): MaybePromise<Binding | undefined>;
  /**
   * Makes all of these changes or none: removals first, then updates, then insertions.
   * Returns the bindings that were updated or inserted, in the order of `changes`. Listeners are told once, before it resolves.
   *
   * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED (another revision is stored, or a binding with the id of an insertion), BINDING_NAME_TAKEN
   */
  write(changes: readonly BindingChange[], origin?: ChangeOrigin): MaybePromise<readonly Binding[]>;
}

/** Fills in the defaults of a binding. */
export function completeBinding(input: BindingInput): NewBinding {
  return {
    name: input.name,
    active: input.active ?? true,
    events: [...input.events],
    position: input.position ?? "post",
    ordering: input.ordering ?? 0,
    handler: input.handler,
    action: input.action,
    options: { ...input.options },
    conditions: { ...input.conditions },
    abortOnError: input.abortOnError ?? null,
    delivery: input.delivery ?? "inline",
  };
}
