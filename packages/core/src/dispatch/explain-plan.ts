import type { CompiledCondition } from "../bindings/compile-context.js";
import { fieldsOf } from "../bindings/field-problems.js";
import type { Position } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import { Facts } from "../facts/facts.js";
import { faultOf } from "../internal/fault.js";
import { LostFact } from "../internal/lost-fact.js";
import { secretMark } from "../internal/mask-url.js";
import { createPace, isTurnDue, nextTurn } from "../internal/next-turn.js";
import { showValue } from "../internal/show-value.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import { counts, see } from "./evaluate.js";
import type { BindingExplanation, ConditionExplanation, Explanation } from "./explanation.js";
import { hasFailed } from "./has-failed.js";
import { asksAboutFailure, type Plan, type PlannedBinding } from "./plan.js";
import type { Replay, SeenAnswer } from "./replay.js";

/** Number of conditions after which to yield to other calls. */
const conditionsPerTurn = 50;

/** A call to explain: either imagined or recorded. */
export interface ExplainedCall {
  readonly event: string;
  /** Returns the reason why a binding is not considered, as a sentence; undefined if the binding is considered. */
  unreached(planned: PlannedBinding): string | undefined;
  /**
   * Returns the value that a condition sees. @throws {LostFact} FACT_LOST as a rejection, if the value is no longer
   * known
   */
  answer(planned: PlannedBinding, condition: CompiledCondition): Promise<SeenAnswer>;
}

/** Evaluates every condition of every binding of the call's event, and runs nothing. */
export function explainPlan(plan: Plan, call: Call, environment: DispatchEnvironment): Promise<Explanation> {
  return explainCall(plan, liveCall(call, environment), environment);
}

/** Like {@link explainPlan}, for a recorded call. */
export function explainRecorded(plan: Plan, replay: Replay, environment: DispatchEnvironment): Promise<Explanation> {
  return explainCall(plan, recordedCall(replay), environment);
}

/** Creates the view of a recorded call for explanations. */
export function recordedCall(replay: Replay): ExplainedCall {
  const { event, ends } = replay.call;
  const failed = ends.post?.failed === true;
  return {
    event,
    unreached: (planned) =>
      replay.unreached(planned) ??
      (planned.binding.position === "post" && failed && !asksAboutFailure(planned) ? notAboutFailure : undefined),
    answer: (planned, condition) => replay.answer(planned, condition),
  };
}

function liveCall(call: Call, environment: DispatchEnvironment): ExplainedCall {
  const { directories, clock, lookupTimeoutMs } = environment;
  const FactsOfHost = environment.facts ?? Facts;
  const facts: Record<Position, Facts> = {
    pre: new FactsOfHost({ ...call, response: undefined }, directories, clock, lookupTimeoutMs),
    post: new FactsOfHost(call, directories, clock, lookupTimeoutMs),
  };
  const failed = hasFailed(call);
  return {
    event: call.event,
    unreached: (planned) =>
      planned.binding.position === "post" && failed && !asksAboutFailure(planned) ? notAboutFailure : undefined,
    async answer({ binding: { position } }, condition) {
      const seen = await see(condition.definition, condition.value, facts[position]);
      return { seen, fulfilled: counts(condition, seen, facts[position]) };
    },
  };
}

async function explainCall(plan: Plan, call: ExplainedCall, environment: DispatchEnvironment): Promise<Explanation> {
  const bindings: BindingExplanation[] = [];
  const pace = createPace(conditionsPerTurn);
  for (const position of ["pre", "post"] as const) {
    for (const planned of plan.bindings) {
      const { binding } = planned;
      if (binding.position !== position || !binding.events.includes(call.event)) continue;
      await pace.step(planned.conditions.length + 1);
      bindings.push(await explainPlanned(planned, call, environment));
    }
  }
  return { event: call.event, bindings };
}

/** Evaluates every condition of one binding. */
export async function explainPlanned(
  planned: PlannedBinding,
  call: ExplainedCall,
  environment: DispatchEnvironment,
): Promise<BindingExplanation> {
  const { binding, problems } = planned;
  const unreached = call.unreached(planned);
  const conditions: ConditionExplanation[] = [];
  for (const condition of planned.conditions) {
    if (isTurnDue()) await nextTurn();
    conditions.push(await explainCondition(condition, planned, call, environment));
  }
  const against = conditions.filter((condition) => !condition.counts);
  const wouldRun = binding.active && problems.length === 0 && unreached === undefined && against.length === 0;
  return {
    id: binding.id,
    name: binding.name,
    position: binding.position,
    ordering: binding.ordering,
    handler: binding.handler,
    action: binding.action,
    active: binding.active,
    wouldRun,
    reason: reasonOf(planned, conditions, unreached),
    conditions,
    problems,
  };
}

async function explainCondition(
  condition: CompiledCondition,
  planned: PlannedBinding,
  call: ExplainedCall,
  { hideSecrets, tags }: DispatchEnvironment,
): Promise<ConditionExplanation> {
  const { name } = condition.definition;
  const wanted = planned.binding.conditions[name];
  try {
    const { seen, fulfilled } = await call.answer(planned, condition);
    if (seen === undefined) return { name, answer: "unknown", counts: fulfilled, wanted };
    const isSecret = fieldsOf(condition).some(tags.isSecret);
    const answer = fulfilled ? "fulfilled" : "not fulfilled";
    return { name, answer, counts: fulfilled, seen: isSecret ? secretMark : hideSecrets(writable(seen)), wanted };
  } catch (error) {
    if (error instanceof LostFact) return { name, answer: "unknown", counts: false, wanted, lost: true };
    const fault = faultOf(error);
    return { name, answer: "unknown", counts: false, wanted, error: `${fault.class} ${fault.code}` };
  }
}

/** Maximum size of a seen value, in characters of JSON. */
const maxSeenLength = 10_000;

/**
 * Returns the value itself, or a description if it cannot be represented as JSON or is longer than `maxSeenLength`,
 * since an explanation is sent as JSON.
 */
function writable(seen: unknown): unknown {
  try {
    const json = JSON.stringify(seen);
    return json !== undefined && json.length <= maxSeenLength ? seen : showValue(seen);
  } catch {
    return showValue(seen);
  }
}

const notAboutFailure =
  "The call failed, and the binding is not meant for failed calls: it has no condition on failure, such as result_status or detail_error_message.";

function reasonOf(
  { binding, problems }: PlannedBinding,
  conditions: readonly ConditionExplanation[],
  unreached: string | undefined,
): string {
  if (!binding.active) return "The binding is not active.";
  if (problems.length > 0) return `The binding cannot run: ${problems.map((problem) => problem.message).join(" ")}`;
  if (unreached !== undefined) return unreached;
  const against = conditions.filter((condition) => !condition.counts);
  if (against.length > 0) return against.map(sentenceOf).join(" ");
  const unknown = conditions.filter(({ answer }) => answer === "unknown");
  return [allFulfilled, ...unknown.map(({ name }) => `${name} is unknown, which counts as fulfilled.`)].join(" ");
}

/** The reason why a binding runs. */
export const allFulfilled = "All conditions are fulfilled.";

/** Returns the sentence for a condition that prevents a binding from running. */
export function sentenceOf({ name, answer, error, lost }: ConditionExplanation): string {
  if (lost) return `${name} is no longer known.`;
  return error ? `${name} could not be evaluated (${error}).` : `${name} is ${answer}.`;
}
