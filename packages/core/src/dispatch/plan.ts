import type { CompiledBinding } from "../bindings/compile-binding.js";
import type { CompiledCondition } from "../bindings/compile-context.js";
import type { Binding, Position } from "../contracts/binding.js";
import type { Condition } from "../definitions/condition.js";
import { type IndexedBy, type IndexGroup, IndexGroups } from "./index-groups.js";

/** Minimum number of bindings that share an equality condition for them to be indexed by it. */
const minimumIndexSize = 8;

/** A compiled binding with its place in the order of all bindings. */
export interface PlannedBinding extends CompiledBinding {
  /**
   * Above -1, and higher than the rank of each binding before it in the total order: ordering, then id. Ranks can be
   * fractions.
   */
  readonly rank: number;
  /** The end of the audited action's name, such as `>>UserNotification:sendmail`. */
  readonly label: string;
}

/** A binding with the conditions that remain to be evaluated when it is found through this list. */
export interface Candidate {
  readonly planned: PlannedBinding;
  readonly conditions: readonly CompiledCondition[];
}

/** Bindings found by the value of one condition. Lists are in order. */
export interface ConditionIndex {
  readonly condition: Condition;
  /** The configured value that `actual` receives: one that names the field, or undefined. */
  readonly value: unknown;
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>;
  /**
   * All of these bindings, whose indexed condition is still evaluated, for calls whose value is unknown or cannot be
   * read.
   */
  readonly all: readonly Candidate[];
}

/** The bindings of one event at one position. */
export interface Slot {
  /** Bindings without an index, in order. */
  readonly unindexed: readonly Candidate[];
  readonly indexes: readonly ConditionIndex[];
}

/** The slots of one event; absent if there is no active binding. */
export interface EventPlan {
  readonly pre?: Slot | undefined;
  readonly post?: Slot | undefined;
  /** The `post` bindings with a condition on failure, which are the only ones that a failed call reaches. */
  readonly postOfFailure?: Slot | undefined;
}

/** All bindings, compiled and indexed. Immutable: a call sees one plan from start to end. */
export interface Plan {
  /** Active bindings by event. */
  readonly events: ReadonlyMap<string, EventPlan>;
  /** All bindings in order, including inactive ones. */
  readonly bindings: readonly PlannedBinding[];
}

/** Compares bindings by their total order: ordering ascending, then id. */
export function compareBindings(a: Binding, b: Binding): number {
  return a.ordering - b.ordering || a.id - b.id;
}

/** Plans the bindings of an event, which must be in order; undefined if there are none. */
export async function planEvent(
  { pre, post }: Readonly<Record<Position, readonly PlannedBinding[]>>,
  pause: Pause,
): Promise<EventPlan | undefined> {
  if (pre.length === 0 && post.length === 0) return undefined;
  return {
    pre: await slotOf(pre, pause),
    post: await slotOf(post, pause),
    postOfFailure: await slotOf(post.filter(asksAboutFailure), pause),
  };
}

/** Returns whether a failed call reaches a binding at `post`, because one of its conditions is about failure. */
export function asksAboutFailure({ conditions }: CompiledBinding): boolean {
  return conditions.some(({ definition }) => definition.asksAboutFailure === true);
}

/** Yields to other work; see `createPauses`. */
export type Pause = () => Promise<void> | undefined;

async function slotOf(bindings: readonly PlannedBinding[], pause: Pause): Promise<Slot | undefined> {
  return bindings.length > 0 ? createSlot(bindings, pause) : undefined;
}

async function createSlot(bindings: readonly PlannedBinding[], pause: Pause): Promise<Slot> {
  const chosen = await chooseIndexes(bindings, pause);
  const unindexed: Candidate[] = [];
  const indexes = new Map<IndexGroup, { byKey: Map<string, Candidate[]>; all: Candidate[] }>();
  for (const planned of bindings) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const candidate: Candidate = { planned, conditions: planned.conditions };
    const choice = chosen.get(planned);
    if (!choice) {
      unindexed.push(candidate);
      continue;
    }
    const { condition, group, keys } = choice;
    let index = indexes.get(group);
    if (!index) {
      index = { byKey: new Map(), all: [] };
      indexes.set(group, index);
    }
    index.all.push(candidate);
    const found: Candidate = group.exact ? { planned, conditions: without(planned.conditions, condition) } : candidate;
    for (const key of keys) {
      const list = index.byKey.get(key);
      if (list) list.push(found);
      else index.byKey.set(key, [found]);
    }
  }
  return {
    unindexed,
    indexes: [...indexes].map(([{ condition, value }, { byKey, all }]) => ({ condition, value, byKey, all })),
  };
}

const none: readonly CompiledCondition[] = [];

function without(conditions: readonly CompiledCondition[], one: CompiledCondition): readonly CompiledCondition[] {
  return conditions.length === 1 ? none : conditions.filter((condition) => condition !== one);
}

/** The condition by which a binding is looked up. */
interface ChosenIndex extends IndexedBy {
  readonly condition: CompiledCondition;
}

/**
 * Chooses the equality condition by which each binding is looked up: among its conditions, the one with the most
 * distinct values in the slot. A binding in a small group is not indexed: evaluating it is cheaper, and its cheaper
 * conditions may make the lookup unnecessary.
 */
async function chooseIndexes(
  bindings: readonly PlannedBinding[],
  pause: Pause,
): Promise<ReadonlyMap<PlannedBinding, ChosenIndex>> {
  const chosen = new Map<PlannedBinding, ChosenIndex>();
  if (bindings.length < minimumIndexSize) return chosen;
  const groups = new IndexGroups();
  const possible = new Map<PlannedBinding, readonly ChosenIndex[]>();
  for (const planned of bindings) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const found: ChosenIndex[] = [];
    for (const condition of planned.conditions) {
      const indexed = groups.find(condition);
      if (!indexed) continue;
      for (const key of indexed.keys) indexed.group.keys.add(key);
      found.push({ ...indexed, condition });
    }
    if (found.length > 0) possible.set(planned, found);
  }
  for (const [planned, choices] of possible) {
    const best = choices.reduce((a, b) => (b.group.keys.size > a.group.keys.size ? b : a));
    chosen.set(planned, best);
    best.group.size += 1;
  }
  for (const [planned, { group }] of chosen) {
    if (group.size < minimumIndexSize) chosen.delete(planned);
  }
  return chosen;
}
