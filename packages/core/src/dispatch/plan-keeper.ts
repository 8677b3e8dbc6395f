import { compileBinding } from "../bindings/compile-binding.js";
import type { CompileContext } from "../bindings/compile-context.js";
import type { Binding, Position } from "../contracts/binding.js";
import type { BindingDelta } from "../contracts/binding-store.js";
import { createPauses } from "../internal/pauses.js";
import { compareBindings, type EventPlan, type Pause, type Plan, type PlannedBinding, planEvent } from "./plan.js";

/** Number of simultaneous changes above which creating a new plan is cheaper. */
const maxChanges = 1_000;

/** A plan in which a few bindings can be changed without planning the others again. */
export class PlanKeeper {
  readonly #host: CompileContext;
  /** All bindings in order; copied before it is changed, since calls read it. */
  #ordered: readonly PlannedBinding[] = [];
  readonly #byId = new Map<number, PlannedBinding>();
  /** Active bindings by event, in order. */
  readonly #ofEvent = new Map<string, Record<Position, PlannedBinding[]>>();
  readonly #labels = new Map<string, string>();
  #context: CompileContext;
  /** Number of bindings that were compiled since `#context` was last created. */
  #compiled = 0;
  #plan: Plan = { events: new Map(), bindings: [] };

  private constructor(host: CompileContext) {
    this.#host = host;
    this.#context = { ...host, parsed: new Map() };
  }

  /**
   * Compiles bindings into a plan, yielding to other work in between. Broken bindings are kept, so that each call in
   * which they would have run reports them.
   */
  static async create(bindings: readonly Binding[], host: CompileContext): Promise<PlanKeeper> {
    const pause = createPauses();
    const keeper = new PlanKeeper(host);
    const ordered: PlannedBinding[] = [];
    for (const [rank, binding] of [...bindings].sort(compareBindings).entries()) {
      const planned = keeper.#compile(binding, rank);
      ordered.push(planned);
      keeper.#byId.set(binding.id, planned);
      for (const list of keeper.#listsOf(planned)) list.push(planned);
      const pausing = pause();
      if (pausing !== undefined) await pausing;
    }
    keeper.#ordered = ordered;
    await keeper.#planEvents(keeper.#ofEvent.keys(), new Map(), pause);
    return keeper;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /**
   * Changes the plan. Resolves to the keeper of the new plan, which may be a different one; a keeper that failed must
   * not be used again.
   */
  async update({ bindings, removed }: Pick<BindingDelta, "bindings" | "removed">): Promise<PlanKeeper> {
    if (bindings.length + removed.length > maxChanges) return this.#anew(bindings, removed);
    const pause = createPauses();
    const touched = new Set<string>();
    // `slice` copies a block of memory, whereas a loop over the bindings would block other work for several
    // milliseconds
    const ordered = this.#ordered.slice();
    for (const id of [...removed, ...bindings.map((binding) => binding.id)]) {
      const planned = this.#byId.get(id);
      if (planned === undefined) continue;
      this.#byId.delete(id);
      for (const event of planned.binding.events) touched.add(event);
      for (const list of [ordered, ...this.#listsOf(planned)]) list.splice(placeIn(list, planned), 1);
      const pausing = pause();
      if (pausing !== undefined) await pausing;
    }
    for (const binding of bindings) {
      const place = placeOf(ordered, binding);
      const rank = rankBetween(ordered[place - 1]?.rank, ordered[place]?.rank);
      if (rank === undefined) return this.#anew(bindings, removed);
      const planned = this.#compile(binding, rank);
      ordered.splice(place, 0, planned);
      this.#byId.set(binding.id, planned);
      for (const event of binding.events) touched.add(event);
      for (const list of this.#listsOf(planned)) list.splice(placeIn(list, planned), 0, planned);
      const pausing = pause();
      if (pausing !== undefined) await pausing;
    }
    this.#ordered = ordered;
    await this.#planEvents(touched, new Map(this.#plan.events), pause);
    return this;
  }

  /** Creates a new plan, in which ranks are whole numbers again. */
  #anew(bindings: readonly Binding[], removed: readonly number[]): Promise<PlanKeeper> {
    const byId = new Map(this.#ordered.map(({ binding }) => [binding.id, binding]));
    for (const id of removed) byId.delete(id);
    for (const binding of bindings) byId.set(binding.id, binding);
    return PlanKeeper.create([...byId.values()], this.#host);
  }

  async #planEvents(touched: Iterable<string>, events: Map<string, EventPlan>, pause: Pause): Promise<void> {
    for (const event of touched) {
      const lists = this.#ofEvent.get(event);
      const planned = lists && (await planEvent(lists, pause));
      if (planned !== undefined) {
        events.set(event, planned);
      } else {
        events.delete(event);
        this.#ofEvent.delete(event);
      }
    }
    this.#plan = { events, bindings: this.#ordered };
  }

  /** Returns the lists that contain a binding, or should contain it; none if the binding is not active. */
  #listsOf({ binding }: PlannedBinding): readonly PlannedBinding[][] {
    if (!binding.active) return [];
    return [...new Set(binding.events)].map((event) => {
      let lists = this.#ofEvent.get(event);
      if (!lists) {
        lists = { pre: [], post: [] };
        this.#ofEvent.set(event, lists);
      }
      return lists[binding.position];
    });
  }

  #compile(binding: Binding, rank: number): PlannedBinding {
    // a new context, without the values that were parsed for removed bindings
    if (++this.#compiled > 2 * (this.#byId.size + maxChanges)) {
      this.#compiled = 0;
      this.#context = { ...this.#host, parsed: new Map() };
    }
    const text = `>>${binding.handler}:${binding.action}`;
    let label = this.#labels.get(text);
    if (label === undefined) {
      label = text;
      this.#labels.set(text, label);
    }
    return { ...compileBinding(binding, this.#context), rank, label };
  }
}

/** Returns the position of a binding in a list, or the position where it should be inserted. */
function placeIn(list: readonly PlannedBinding[], { rank }: PlannedBinding): number {
  return firstPlace(list.length, (place) => (list[place]?.rank ?? 0) >= rank);
}

/** Returns the position at which a binding would be inserted into a list. */
function placeOf(list: readonly PlannedBinding[], binding: Binding): number {
  return firstPlace(list.length, (place) => {
    const other = list[place];
    return other === undefined || compareBindings(other.binding, binding) > 0;
  });
}

/** Returns the first index at which a predicate is true, given that it stays true for all later ones. */
function firstPlace(length: number, isBehind: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns a number between two ranks; undefined if there is none. */
function rankBetween(before = -1, after = Math.floor(before) + 2): number | undefined {
  const between = (before + after) / 2;
  return before < between && between < after ? between : undefined;
}
