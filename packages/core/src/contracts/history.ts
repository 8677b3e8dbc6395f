import type { Binding } from "./binding.js";
import type { Actor } from "./call.js";
import type { MaybePromise } from "./maybe-promise.js";

/** The effect of one change on a binding. Options are as they were stored, secrets included: code that shows them must hide those. */
export interface HistoryChange {
  readonly id: number;
  /** The name after the change; for a removed binding, before it. */
  readonly name: string;
  /** Null for a binding that was added. */
  readonly before: Binding | null;
  /** Null for a binding that was removed. */
  readonly after: Binding | null;
}

/** One change of bindings: an import is one change, however many bindings it writes. */
export interface HistoryEntry {
  /** Grows. */
  readonly entry: number;
  readonly time: Date;
  /** `create`, `change`, `delete`, `bulk`, or what the origin says, such as `import` or `restore`. */
  readonly operation: string;
  readonly actor?: Actor | undefined;
  /** Address or name of the client. */
  readonly client?: string | undefined;
  /** How many bindings it changed. */
  readonly count: number;
  /** The changed bindings: the first 100, unless one of them was requested. */
  readonly bindings: readonly HistoryChange[];
}

/** Selects entries. */
export interface HistoryQuery {
  /** Id of a binding: only entries that changed it, each with only this change. */
  readonly binding?: number | undefined;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** Reads earlier states of bindings. A store with a history writes each change to it in the same transaction. */
export interface BindingHistory {
  /** Newest first. */
  page(query: HistoryQuery): MaybePromise<{ readonly entries: readonly HistoryEntry[]; readonly count: number }>;
  /** The effect of an entry on a binding; undefined if the entry is no longer kept, or did not change the binding. */
  change(entry: number, binding: number): MaybePromise<HistoryChange | undefined>;
}

/** How much a history keeps. */
export interface HistoryLimits {
  /** @default 10_000 */
  readonly entries?: number | undefined;
  /** Changed bindings in all entries together; the newest entry is kept whatever its size. @default 100_000 */
  readonly changes?: number | undefined;
  /** Days. @default 730 */
  readonly days?: number | undefined;
}

/** Number of changes that an entry shows unless one of them is requested. */
export const shownChanges = 100;
