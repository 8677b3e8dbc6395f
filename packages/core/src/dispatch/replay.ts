import type { CompiledCondition } from "../bindings/compile-context.js";
import type { Position } from "../contracts/binding.js";
import type { RecordedCall, RecordedEnd, RecordedFact, RecordedPlace } from "../contracts/recorded-call.js";
import { LostFact } from "../internal/lost-fact.js";
import { counts, see } from "./evaluate.js";
import type { PlannedBinding } from "./plan.js";
import { type RecordedHost, type RecordedView, viewOf } from "./recorded-view.js";
import { factKey, readsCallAlone } from "./seen-facts.js";

/** The value that a condition saw, and whether the condition counts as fulfilled. */
export interface SeenAnswer {
  readonly seen: unknown;
  readonly fulfilled: boolean;
}

/** A recorded call, as bindings would have seen it. */
export class Replay {
  readonly #call: RecordedCall;
  readonly #host: RecordedHost;
  readonly #views = new Map<string, RecordedView>();

  constructor(call: RecordedCall, host: RecordedHost) {
    this.#call = call;
    this.#host = host;
  }

  get call(): RecordedCall {
    return this.#call;
  }

  /** Returns the reason why a binding was not considered; undefined if it was considered. */
  unreached({ binding }: PlannedBinding): string | undefined {
    const end = this.#call.ends[binding.position];
    if (!end) return "The call was refused or aborted before.";
    const place: RecordedPlace = [binding.ordering, idOf(binding)];
    if (end.stopped && isBefore(end.stopped, place)) return "Another binding aborted the call before.";
    return undefined;
  }

  /** Returns the value that a condition of a binding saw. @throws {LostFact} FACT_LOST if it is no longer known */
  async answer(planned: PlannedBinding, condition: CompiledCondition): Promise<SeenAnswer> {
    const { position } = planned.binding;
    const { definition, value, configured } = condition;
    const end = this.#call.ends[position];
    if (!end) throw new LostFact();
    const after = changesBefore(end, planned);
    const key = readsCallAlone(definition) ? undefined : factKey(definition, value, configured);
    const fact = key === undefined ? undefined : end.facts.find((one) => one.key === key && one.after === after);
    if (fact?.kind === "lost") throw new LostFact();
    const view = this.#view(position, end, after);
    if (!view) throw new LostFact();
    return view.watch(async () => {
      const seen = fact ? seenOf(fact) : await see(definition, value, view.facts);
      return { seen, fulfilled: counts(condition, seen, view.facts) };
    });
  }

  /** Returns the call as a binding saw it. @throws {LostFact} FACT_LOST if it is no longer known */
  view(planned: PlannedBinding): RecordedView {
    const { position } = planned.binding;
    const end = this.#call.ends[position];
    const view = end && this.#view(position, end, changesBefore(end, planned));
    if (!view) throw new LostFact();
    return view;
  }

  #view(position: Position, end: RecordedEnd, after: number): RecordedView | undefined {
    let place = after;
    while (end.states[place] === null) place -= 1;
    const state = end.states[place];
    if (!state) return undefined;
    const key = `${position} ${place}`;
    let view = this.#views.get(key);
    if (!view) {
      view = viewOf(this.#call, state, end.at, position, this.#host);
      this.#views.set(key, view);
    }
    return view;
  }
}

/** Returns the id of a binding. A binding that is not stored would come last among those with its ordering. */
function idOf({ id }: { readonly id: number }): number {
  return id === 0 ? Number.POSITIVE_INFINITY : id;
}

function changesBefore({ changes }: RecordedEnd, { binding }: PlannedBinding): number {
  const place: RecordedPlace = [binding.ordering, idOf(binding)];
  return changes.filter((change) => isBefore(change, place)).length;
}

function isBefore([ordering, id]: RecordedPlace, [otherOrdering, otherId]: RecordedPlace): boolean {
  return ordering < otherOrdering || (ordering === otherOrdering && id < otherId);
}

function seenOf({ kind, value }: RecordedFact): unknown {
  if (kind === "unknown") return undefined;
  return kind === "time" ? new Date(Number(value)) : value;
}
