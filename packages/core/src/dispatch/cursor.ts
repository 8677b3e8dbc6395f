import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Condition } from "../definitions/condition.js";
import type { Facts } from "../facts/facts.js";
import { see } from "./evaluate.js";
import type { Candidate, ConditionIndex, Slot } from "./plan.js";
import { noteSeen } from "./seen-facts.js";

/** Iterates over candidates from several ordered lists in their total order. */
export class Cursor {
  readonly #lists: readonly (readonly Candidate[])[];
  readonly #places: number[];
  #rank: number;

  /** Starts after `afterRank`. */
  constructor(lists: readonly (readonly Candidate[])[], afterRank: number) {
    this.#lists = lists;
    this.#places = lists.map((list) => placeAfter(list, afterRank));
    this.#rank = afterRank;
  }

  /** Returns whether there is another candidate. */
  hasNext(): boolean {
    for (let i = 0; i < this.#lists.length; i++) {
      const list = this.#lists[i] as readonly Candidate[];
      let place = this.#places[i] as number;
      while (place < list.length && (list[place] as Candidate).planned.rank <= this.#rank) place++;
      if (place < list.length) return true;
    }
    return false;
  }

  /** Returns the next candidate; a candidate in several lists is returned once. */
  next(): Candidate | undefined {
    let best: Candidate | undefined;
    let bestList = -1;
    for (let i = 0; i < this.#lists.length; i++) {
      const list = this.#lists[i] as readonly Candidate[];
      let place = this.#places[i] as number;
      while (place < list.length && (list[place] as Candidate).planned.rank <= this.#rank) place++;
      this.#places[i] = place;
      const candidate = list[place];
      if (candidate && (!best || candidate.planned.rank < best.planned.rank)) {
        best = candidate;
        bestList = i;
      }
    }
    if (!best) return undefined;
    this.#rank = best.planned.rank;
    this.#places[bestList] = (this.#places[bestList] as number) + 1;
    return best;
  }
}

/** Returns the index of the first candidate whose rank is above `rank`. */
function placeAfter(list: readonly Candidate[], rank: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as Candidate).planned.rank <= rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the candidates of a slot for a call, after `afterRank`: those that no index excludes. */
export function candidatesOf(slot: Slot, facts: Facts, afterRank: number): MaybePromise<Cursor> {
  if (slot.indexes.length === 0) return new Cursor([slot.unindexed], afterRank);
  const lists: (readonly Candidate[])[] = slot.unindexed.length > 0 ? [slot.unindexed] : [];
  let pending: Promise<void>[] | undefined;
  for (const index of slot.indexes) {
    let actual: MaybePromise<unknown>;
    try {
      actual = see(index.condition, index.value, facts);
    } catch {
      // evaluating the condition itself raises the same error, which is then recorded
      lists.push(index.all);
      continue;
    }
    if (isPromise(actual)) {
      pending ??= [];
      pending.push(addLater(lists, index, actual, facts));
    } else {
      noteSeen(facts, index.condition, index.value, undefined, actual);
      addFound(lists, index, actual);
    }
  }
  if (pending) return cursorAfter(pending, lists, afterRank);
  return lists.length === 0 ? nothing : new Cursor(lists, afterRank);
}

/** A cursor without candidates. All calls share it, since most calls match none of an event's many bindings. */
const nothing = new Cursor([], -1);

async function cursorAfter(
  pending: readonly Promise<void>[],
  lists: readonly (readonly Candidate[])[],
  afterRank: number,
): Promise<Cursor> {
  await Promise.all(pending);
  return new Cursor(lists, afterRank);
}

async function addLater(
  lists: (readonly Candidate[])[],
  index: ConditionIndex,
  actual: Promise<unknown>,
  facts: Facts,
): Promise<void> {
  let known: unknown;
  try {
    known = await actual;
  } catch {
    lists.push(index.all);
    return;
  }
  noteSeen(facts, index.condition, index.value, undefined, known);
  addFound(lists, index, known);
}

function addFound(lists: (readonly Candidate[])[], index: ConditionIndex, actual: unknown): void {
  const condition: Condition = index.condition;
  if (actual === undefined) {
    if (condition.whenUnknown === "fulfilled") lists.push(index.all);
    return;
  }
  let keys: string | readonly string[];
  try {
    keys = condition.index?.keysIn(actual) ?? [];
    if (typeof keys !== "string") keys = [...keys];
  } catch {
    // the condition itself is evaluated instead
    lists.push(index.all);
    return;
  }
  if (typeof keys === "string") {
    const found = index.byKey.get(keys);
    if (found) lists.push(found);
    return;
  }
  for (const key of keys) {
    const found = index.byKey.get(key);
    if (found) lists.push(found);
  }
}
