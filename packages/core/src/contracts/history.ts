import type { Binding } from "./binding.js";
import type { Actor } from "./call.js";
import type { MaybePromise } from "./maybe-promise.js";

/**
 * The effect of one change on a binding. Options are as stored, including secrets, which code that shows them must
 * hide.
 */
export interface HistoryChange {
  readonly id: number;
  /** The name after the change, or before it for a removed binding. */
  readonly name: string;
  /** Null for a binding that was added. */
  readonly before: Binding | null;
  /** Null for a binding that was removed. */
  readonly after: Binding | null;
}

/** One change of bindings: an import is one change, however many bindings it writes. */
export interface HistoryEntry {
  /** Increases with each entry. */
  readonly entry: number;
  readonly time: Date;
  /** `create`, `change`, `delete`, `bulk`, or the operation of the origin, such as `import` or `restore`. */
  readonly operation: string;
  readonly actor?: Actor | undefined;
  /** Address or name of the client. */
  readonly client?: string | undefined;
  /** Number of changed bindings. */
  readonly count: number;
  /** The changed bindings: the first 100, or only the requested one. */
  readonly bindings: readonly HistoryChange[];
}

/** Selects entries. */
export interface HistoryQuery {
  /**
   * Id of a binding. Selects only the entries that changed this binding, and from each entry only the change of this
   * binding.
   */
  readonly binding?: number | undefined;
  /** Page number, from 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** Reads earlier states of bindings. A store with a history writes the entry of a change in the same transaction. */
export interface BindingHistory {
  /** Lists entries, newest first. */
  page(query: HistoryQuery): MaybePromise<{ readonly entries: readonly HistoryEntry[]; readonly count: number }>;
  /**
   * Returns the effect of an entry on a binding; undefined if the entry is no longer kept, or did not change the
   * binding.
   */
  change(entry: number, binding: number): MaybePromise<HistoryChange | undefined>;
}

/** How much of the history is kept. */
export interface HistoryLimits {
  /** Maximum number of entries. @default 10_000 */
  readonly entries?: number | undefined;
  /**
   * Maximum number of changed bindings in all entries together; the newest entry is kept whatever its size. @default
   * 100_000
   */
  readonly changes?: number | undefined;
  /** Maximum age in days. @default 730 */
  readonly days?: number | undefined;
}

/** Number of changes that an entry shows unless the change of one binding is requested. */
export const shownChanges = 100;
