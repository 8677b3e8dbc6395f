import { type CounterChange, inOrder, valueAfter } from "./counter-change.js";

interface Pending {
  /** The value that was committed when the call first changed the counter. */
  readonly stored: number;
  readonly change: CounterChange;
}

/** The changes that one call made to counters, until they are committed. */
export class PendingCounters {
  #counters = new Map<string, Pending>();
  #stored: ReadonlyMap<string, number | null>;
  /** The first counter that the call changed. */
  readonly first: string;

  /** @param stored Committed values that are known. */
  constructor(first: string, stored: ReadonlyMap<string, number | null>) {
    this.first = first;
    this.#stored = stored;
  }

  /** Returns the value that the call sees; null if the counter does not exist, undefined if that is not known. */
  value(name: string): number | null | undefined {
    const pending = this.#counters.get(name);
    return pending ? valueAfter(pending.change, name, pending.stored) : this.#stored.get(name);
  }

  /**
   * Adds a change, and returns the value that the call sees.
   *
   * @param stored The committed value, which counts only if this is the call's first change of the counter.
   * @throws {StoreError} COUNTER_OUT_OF_RANGE
   */
  add(name: string, change: CounterChange, stored: number): number {
    const value = valueAfter(change, name, this.value(name) ?? stored);
    this.#put(name, change, stored);
    return value;
  }

  #put(name: string, change: CounterChange, stored: number): void {
    const before = this.#counters.get(name);
    this.#counters.set(name, before ? { ...before, change: inOrder(before.change, change) } : { stored, change });
  }

  /** The changes, by name. */
  get changes(): ReadonlyMap<string, CounterChange> {
    return new Map([...this.#counters].map(([name, { change }]) => [name, change]));
  }

  /**
   * Returns the changes and discards them, since they are about to be committed, with a function that restores them if
   * the commit fails.
   */
  take(): { readonly changes: ReadonlyMap<string, CounterChange>; readonly putBack: () => void } {
    const taken = this.#counters;
    const { changes } = this;
    this.#counters = new Map();
    this.#stored = new Map();
    const putBack = () => {
      const later = this.#counters;
      this.#counters = taken;
      for (const [name, { stored, change }] of later) this.#put(name, change, stored);
    };
    return { changes, putBack };
  }
}

/** Combines the changes of several calls, in their order, into one change for each counter. */
export function changesInOrder(all: readonly ReadonlyMap<string, CounterChange>[]): ReadonlyMap<string, CounterChange> {
  const [first = new Map<string, CounterChange>()] = all;
  if (all.length <= 1) return first;
  const together = new Map<string, CounterChange>();
  for (const changes of all) {
    for (const [name, change] of changes) {
      const before = together.get(name);
      together.set(name, before ? inOrder(before, change) : change);
    }
  }
  return together;
}
