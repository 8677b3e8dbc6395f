import type { CompiledCondition } from "../bindings/compile-context.js";
import { fieldsOf } from "../bindings/field-problems.js";
import type { Position } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import { Facts } from "../facts/facts.js";
import { faultOf } from "../internal/fault.js";
import { secretMark } from "../internal/mask-url.js";
import { createPace, isTurnDue, nextTurn } from "../internal/next-turn.js";
import { showValue } from "../internal/show-value.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import { counts, see } from "./evaluate.js";
import type { BindingExplanation, ConditionExplanation, Explanation } from "./explanation.js";
import { hasFailed } from "./has-failed.js";
import { asksAboutFailure, type Plan, type PlannedBinding } from "./plan.js";

/** Conditions after which other calls have their turn. */
const conditionsPerTurn = 50;

/** Asks every condition of every binding of the call's event, and runs nothing. */
export async function explainPlan(plan: Plan, call: Call, environment: DispatchEnvironment): Promise<Explanation> {
  const { directories, clock, lookupTimeoutMs } = environment;
  const FactsOfHost = environment.facts ?? Facts;
  const facts: Record<Position, Facts> = {
    pre: new FactsOfHost({ ...call, response: undefined }, directories, clock, lookupTimeoutMs),
    post: new FactsOfHost(call, directories, clock, lookupTimeoutMs),
  };
  const failed = hasFailed(call);
  const bindings: BindingExplanation[] = [];
  const pace = createPace(conditionsPerTurn);
  for (const position of ["pre", "post"] as const) {
    for (const planned of plan.bindings) {
      const { binding } = planned;
      if (binding.position !== position || !binding.events.includes(call.event)) continue;
      await pace.step(planned.conditions.length + 1);
      const unreached = position === "post" && failed && !asksAboutFailure(planned);
      bindings.push(await explainBinding(planned, facts[position], unreached, environment));
    }
  }
  return { event: call.event, bindings };
}

/** @param unreached Whether the call failed and the binding does not ask about failure. */
async function explainBinding(
  planned: PlannedBinding,
  facts: Facts,
  unreached: boolean,
  environment: DispatchEnvironment,
): Promise<BindingExplanation> {
  const { binding, problems } = planned;
  const conditions: ConditionExplanation[] = [];
  for (const condition of planned.conditions) {
    if (isTurnDue()) await nextTurn();
    conditions.push(
      await explainCondition(condition, binding.conditions[condition.definition.name], facts, environment),
    );
  }
  const against = conditions.filter((condition) => !condition.counts);
  const wouldRun = binding.active && problems.length === 0 && !unreached && against.length === 0;
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
  wanted: unknown,
  facts: Facts,
  { hideSecrets, tags }: DispatchEnvironment,
): Promise<ConditionExplanation> {
  const { name } = condition.definition;
  try {
    const seen = await see(condition.definition, condition.value, facts);
    const fulfilled = counts(condition, seen, facts);
    if (seen === undefined) return { name, answer: "unknown", counts: fulfilled, wanted };
    const isSecret = fieldsOf(condition).some(tags.isSecret);
    const answer = fulfilled ? "fulfilled" : "not fulfilled";
    return { name, answer, counts: fulfilled, seen: isSecret ? secretMark : hideSecrets(writable(seen)), wanted };
  } catch (error) {
    const fault = faultOf(error);
    return { name, answer: "unknown", counts: false, wanted, error: `${fault.class} ${fault.code}` };
  }
}

/** Characters of JSON that a value which was seen may have. */
const maxSeenLength = 10_000;

/** A value as it is, or as a message shows it if it cannot be written as JSON: an explanation is sent to who asks for it. */
function writable(seen: unknown): unknown {
  try {
    const json = JSON.stringify(seen);
    return json !== undefined && json.length <= maxSeenLength ? seen : showValue(seen);
  } catch {
    return showValue(seen);
  }
}

function reasonOf(
  { binding, problems }: PlannedBinding,
  conditions: readonly ConditionExplanation[],
  unreached: boolean,
): string {
  if (!binding.active) return "The binding is not active.";
  if (problems.length > 0) return `The binding cannot run: ${problems.map((problem) => problem.message).join(" ")}`;
  if (unreached) {
    return "The call failed, and the binding does not ask about failure: none of its conditions is about that, such as result_status or detail_error_message.";
  }
  const against = conditions.filter((condition) => !condition.counts);
  if (against.length > 0) {
    return against
      .map(({ name, answer, error }) => (error ? `${name} could not be asked (${error}).` : `${name} is ${answer}.`))
      .join(" ");
  }
  const unknown = conditions.filter(({ answer }) => answer === "unknown");
  return [
    "All conditions are fulfilled.",
    ...unknown.map(({ name }) => `${name} is unknown, which counts as fulfilled.`),
  ].join(" ");
}
