import {
  type CompileContext,
  type CompiledBinding,
  type CompiledCondition,
  compileBinding,
} from "../bindings/compile-binding.js";
import type { Binding, Position } from "../contracts/binding.js";
import type { Condition } from "../definitions/condition.js";
import { createPauses } from "../internal/pauses.js";

/** A group of bindings that share an equality condition is indexed by it from this size on. */
const minimumIndexSize = 8;

/** A binding in the order of its slot. */
export interface PlannedBinding extends CompiledBinding {
  /** Place in the total order of the plan: ordering, then id. */
  readonly rank: number;
  /** `POST-EVENT token_init>>UserNotification:sendmail` without its event. */
  readonly label: string;
}

/** A binding with the conditions that are still to be asked when it is met here. */
export interface Candidate {
  readonly planned: PlannedBinding;
  readonly conditions: readonly CompiledCondition[];
}

/** Bindings found by the value of one condition. Lists are in order. */
export interface ConditionIndex {
  readonly condition: Condition;
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>;
  /** All of them, with the indexed condition still to be asked: for answers that are unknown or cannot be had. */
  readonly all: readonly Candidate[];
}

/** The bindings of one event at one position. */
export interface Slot {
  /** Those that no index leads to, in order. */
  readonly unindexed: readonly Candidate[];
  readonly indexes: readonly ConditionIndex[];
}

/** The slots of one event; absent where there is no active binding. */
export interface EventPlan {
  readonly pre?: Slot | undefined;
  readonly post?: Slot | undefined;
  /** Of `post`, those that ask about failure: a failed call reaches no others. */
  readonly postOfFailure?: Slot | undefined;
}

/** All bindings, compiled and indexed. Immutable: a call sees one plan from start to end. */
export interface Plan {
  /** Active bindings by event. */
  readonly events: ReadonlyMap<string, EventPlan>;
  /** All bindings in order, inactive ones too. */
  readonly bindings: readonly PlannedBinding[];
}

/** Total order of bindings: ordering ascending, then id. */
export function compareBindings(a: Binding, b: Binding): number {
  return a.ordering - b.ordering || a.id - b.id;
}

/**
 * Compiles bindings into a plan, and lets other work run meanwhile.
 * Broken ones are kept: each call they would have run in is told.
 */
export async function createPlan(bindings: readonly Binding[], host: CompileContext): Promise<Plan> {
  const pause = createPauses();
  const context: CompileContext = { ...host, parsed: new Map() };
  const labels = new Map<string, string>();
  const planned: PlannedBinding[] = [];
  for (const [rank, binding] of [...bindings].sort(compareBindings).entries()) {
    const label = `>>${binding.handler}:${binding.action}`;
    if (!labels.has(label)) labels.set(label, label);
    planned.push({ ...compileBinding(binding, context), rank, label: labels.get(label) ?? label });
    const pausing = pause();
    if (pausing !== undefined) await pausing;
  }
  const lists = new Map<string, Record<Position, PlannedBinding[]>>();
  for (const entry of planned) {
    if (!entry.binding.active) continue;
    for (const event of new Set(entry.binding.events)) {
      let slots = lists.get(event);
      if (!slots) {
        slots = { pre: [], post: [] };
        lists.set(event, slots);
      }
      slots[entry.binding.position].push(entry);
    }
  }
  const events = new Map<string, EventPlan>();
  for (const [event, { pre, post }] of lists) {
    events.set(event, {
      pre: await slotOf(pre, pause),
      post: await slotOf(post, pause),
      postOfFailure: await slotOf(post.filter(asksAboutFailure), pause),
    });
  }
  return { events, bindings: planned };
}

/** Whether a failed call reaches a binding at `post`: one of its conditions asks about failure. */
export function asksAboutFailure({ conditions }: CompiledBinding): boolean {
  return conditions.some(({ definition }) => definition.asksAboutFailure === true);
}

type Pause = () => Promise<void> | undefined;

async function slotOf(bindings: readonly PlannedBinding[], pause: Pause): Promise<Slot | undefined> {
  return bindings.length > 0 ? createSlot(bindings, pause) : undefined;
}

async function createSlot(bindings: readonly PlannedBinding[], pause: Pause): Promise<Slot> {
  const groups = await chooseIndexes(bindings, pause);
  const unindexed: Candidate[] = [];
  const indexes = new Map<Condition, { byKey: Map<string, Candidate[]>; all: Candidate[] }>();
  for (const planned of bindings) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const candidate: Candidate = { planned, conditions: planned.conditions };
    const indexed = groups.get(planned);
    const keys = indexed && keysOf(indexed);
    if (!indexed || !keys) {
      unindexed.push(candidate);
      continue;
    }
    let index = indexes.get(indexed.definition);
    if (!index) {
      index = { byKey: new Map(), all: [] };
      indexes.set(indexed.definition, index);
    }
    index.all.push(candidate);
    const found: Candidate = { planned, conditions: without(planned.conditions, indexed) };
    for (const key of keys) {
      const list = index.byKey.get(key);
      if (list) list.push(found);
      else index.byKey.set(key, [found]);
    }
  }
  return {
    unindexed,
    indexes: [...indexes].map(([condition, { byKey, all }]) => ({ condition, byKey, all })),
  };
}

const none: readonly CompiledCondition[] = [];

function without(conditions: readonly CompiledCondition[], one: CompiledCondition): readonly CompiledCondition[] {
  return conditions.length === 1 ? none : conditions.filter((condition) => condition !== one);
}

/**
 * Chooses for each binding the equality condition it is found by: of its own, the one with most distinct values in the slot.
 * A binding whose group is small is not indexed: asking it costs less, and its cheaper conditions may spare the look-up.
 */
async function chooseIndexes(
  bindings: readonly PlannedBinding[],
  pause: Pause,
): Promise<ReadonlyMap<PlannedBinding, CompiledCondition>> {
  const chosen = new Map<PlannedBinding, CompiledCondition>();
  if (bindings.length < minimumIndexSize) return chosen;
  const keys = new Map<Condition, Set<string>>();
  for (const { conditions } of bindings) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    for (const { definition, value } of conditions) {
      const found = keysOf({ definition, value });
      if (!found) continue;
      let seen = keys.get(definition);
      if (!seen) {
        seen = new Set();
        keys.set(definition, seen);
      }
      for (const key of found) seen.add(key);
    }
  }
  const sizes = new Map<Condition, number>();
  for (const planned of bindings) {
    let best: CompiledCondition | undefined;
    for (const condition of planned.conditions) {
      if (!condition.definition.index) continue;
      if (!best || distinct(keys, condition) > distinct(keys, best)) best = condition;
    }
    if (!best) continue;
    chosen.set(planned, best);
    sizes.set(best.definition, (sizes.get(best.definition) ?? 0) + 1);
  }
  for (const [planned, { definition }] of chosen) {
    if ((sizes.get(definition) ?? 0) < minimumIndexSize) chosen.delete(planned);
  }
  return chosen;
}

/** Most keys by which one configured value is indexed. */
const maxKeys = 10_000;

/**
 * The keys of an equality condition's configured value, each once; undefined if it has no index, or one that breaks:
 * then the condition itself is asked.
 */
function keysOf({ definition, value }: CompiledCondition): ReadonlySet<string> | undefined {
  if (!definition.index) return undefined;
  const keys = new Set<string>();
  try {
    for (const key of definition.index.keysOf(value)) {
      if (typeof key !== "string" || keys.size === maxKeys) return undefined;
      keys.add(key);
    }
    return keys;
  } catch {
    return undefined;
  }
}

function distinct(keys: ReadonlyMap<Condition, ReadonlySet<string>>, { definition }: CompiledCondition): number {
  return keys.get(definition)?.size ?? 0;
}
