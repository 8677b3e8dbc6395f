import type { CompiledCondition } from "../bindings/compile-context.js";
import type { Call, CallResponse, NextCall } from "../contracts/call.js";
import type { Directories } from "../contracts/directories.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import { Facts } from "../facts/facts.js";
import { createPace, isTurnDue, mustActionWait, nextTurn, noteAction } from "../internal/next-turn.js";
import type { ActionEnvironment } from "./action-environment.js";
import { type Cursor, candidatesOf } from "./cursor.js";
import { brokenBinding } from "./ending.js";
import { evaluate } from "./evaluate.js";
import { hasFailed } from "./has-failed.js";
import type { Candidate, EventPlan, PlannedBinding, Slot } from "./plan.js";
import type { CallRecording } from "./recording.js";
import { recordFault, runAction } from "./run-action.js";

/** Number of conditions with a lookup after which to yield to other calls. */
const conditionsPerTurn = 50;

/** The dependencies of a dispatch, apart from the plan. */
export interface DispatchEnvironment extends ActionEnvironment {
  readonly directories: Directories;
  /** The subclass of `Facts` for a host with its own directories. Other hosts use `Facts`, which is faster to create. */
  readonly facts: typeof Facts | undefined;
  /** Maximum milliseconds for the `actual` of a condition. */
  readonly lookupTimeoutMs: number;
  /** Follows the call, if it is recorded. */
  readonly recording: CallRecording | undefined;
}

/**
 * Runs the pre actions of an event, the call, and its post actions. Returns a promise only if there is something to
 * await.
 */
export function dispatch(
  plan: EventPlan,
  call: Call,
  next: NextCall,
  environment: DispatchEnvironment,
): MaybePromise<CallResponse> {
  if (plan.pre) {
    const ran = runSlot(plan.pre, call, environment);
    if (isPromise(ran)) return afterActions(ran, plan, call, next, environment);
    if (ran !== undefined) return afterPre(plan, ran, next, environment, true);
  }
  return afterPre(plan, call, next, environment, false);
}

// The code that waits is separate from the code that most calls execute. The latter is small enough to be compiled
// into one function, and contains no closure, whose variables would be allocated for each call.

async function afterActions(
  ran: Promise<Call | undefined>,
  plan: EventPlan,
  call: Call,
  next: NextCall,
  environment: DispatchEnvironment,
): Promise<CallResponse> {
  const after = await ran;
  return afterPre(plan, after ?? call, next, environment, after !== undefined);
}

function afterPre(
  plan: EventPlan,
  call: Call,
  next: NextCall,
  environment: DispatchEnvironment,
  actionsRan: boolean,
): MaybePromise<CallResponse> {
  const response = next(call, actionsRan);
  if (!plan.post) return response;
  return isPromise(response)
    ? afterResponse(plan, call, response, environment)
    : afterCall(plan, call, response, environment);
}

async function afterResponse(
  plan: EventPlan,
  call: Call,
  response: Promise<CallResponse>,
  environment: DispatchEnvironment,
): Promise<CallResponse> {
  return afterCall(plan, call, await response, environment);
}

function afterCall(
  plan: EventPlan,
  call: Call,
  response: CallResponse,
  environment: DispatchEnvironment,
): MaybePromise<CallResponse> {
  call.response = response;
  const slot = hasFailed(call) ? plan.postOfFailure : plan.post;
  if (!slot) return response;
  const ran = runSlot(slot, call, environment);
  return isPromise(ran) ? responseAfter(ran, call, response) : ((ran ?? call).response ?? response);
}

async function responseAfter(
  ran: Promise<Call | undefined>,
  call: Call,
  response: CallResponse,
): Promise<CallResponse> {
  const after = (await ran) ?? call;
  return after.response ?? response;
}

/**
 * Runs the matching bindings of a slot. Returns undefined if none had to wait or run; the call, if an action ran and
 * there was nothing to await; otherwise a promise of either.
 */
function runSlot(slot: Slot, call: Call, environment: DispatchEnvironment): MaybePromise<Call | undefined> {
  // each position has separate facts, since the call itself may have changed all of them
  const facts =
    environment.facts === undefined
      ? new Facts(call, environment.directories, environment.clock, environment.lookupTimeoutMs)
      : new environment.facts(call, environment.directories, environment.clock, environment.lookupTimeoutMs);
  environment.recording?.follow(facts);
  return slot.indexes.length === 0 ? runInOrder(slot, facts, environment) : runFound(slot, facts, environment);
}

/**
 * Runs the bindings of a slot in order. Most calls end here: every condition returns its result synchronously, no
 * binding matches, and no promise is created.
 */
function runInOrder(slot: Slot, facts: Facts, environment: DispatchEnvironment): MaybePromise<Call | undefined> {
  const { unindexed } = slot;
  for (let i = 0; i < unindexed.length; i++) {
    const candidate = unindexed[i] as Candidate;
    const answer = ask(candidate.conditions, facts);
    if (answer === false && !isTurnDue()) continue;
    const start = { candidate, answer };
    if (answer !== true || i < unindexed.length - 1) return runRest(slot, facts, environment, start);
    // the last candidate, whose action may return synchronously
    return runLast(slot, facts, environment, start);
  }
  return undefined;
}

/** Like {@link runInOrder}, for bindings that are found by an index. */
function runFound(slot: Slot, facts: Facts, environment: DispatchEnvironment): MaybePromise<Call | undefined> {
  const cursor = candidatesOf(slot, facts, -1);
  if (isPromise(cursor)) return runFrom(slot, facts, environment, cursor);
  for (let candidate = cursor.next(); candidate; candidate = cursor.next()) {
    const answer = ask(candidate.conditions, facts);
    if (answer === false && !isTurnDue()) continue;
    const start = { candidate, answer };
    const isLast = answer === true && !cursor.hasNext() && candidate.planned.action?.changes?.length === 0;
    return isLast ? runLast(slot, facts, environment, start) : runFrom(slot, facts, environment, cursor, start);
  }
  return undefined;
}

/** A candidate, and whether its conditions are fulfilled. */
interface Asked {
  readonly candidate: Candidate;
  readonly answer: MaybePromise<boolean>;
}

function runRest(slot: Slot, facts: Facts, environment: DispatchEnvironment, start: Asked): Promise<Call | undefined> {
  return runFrom(slot, facts, environment, candidatesOf(slot, facts, start.candidate.planned.rank), start);
}

/**
 * Runs the last candidate of a slot, whose conditions are fulfilled. Creates no promise if its action returns
 * synchronously and is neither audited nor recorded.
 */
function runLast(
  slot: Slot,
  facts: Facts,
  environment: DispatchEnvironment,
  start: Asked,
): MaybePromise<Call | undefined> {
  const { planned } = start.candidate;
  const isFollowed = environment.sink !== undefined || environment.recording !== undefined;
  if (isFollowed || !planned.action || isTurnDue()) return runRest(slot, facts, environment, start);
  try {
    const ran = runAction(planned, facts, environment);
    return isPromise(ran) ? callAfter(ran, facts) : facts.call;
  } catch (error) {
    return Promise.reject(error);
  }
}

async function callAfter(ran: Promise<void>, facts: Facts): Promise<Call> {
  await ran;
  return facts.call;
}

/** Evaluates conditions in order until one is not fulfilled; an exception becomes a rejection. */
function ask(conditions: readonly CompiledCondition[], facts: Facts): MaybePromise<boolean> {
  try {
    for (let i = 0; i < conditions.length; i++) {
      const fulfilled = evaluate(conditions[i] as CompiledCondition, facts);
      if (fulfilled === false) return false;
      if (fulfilled !== true || isTurnDue()) return askRest(fulfilled, conditions, facts, i + 1);
    }
    return true;
  } catch (error) {
    return Promise.reject(error);
  }
}

async function askRest(
  first: MaybePromise<boolean>,
  conditions: readonly CompiledCondition[],
  facts: Facts,
  from: number,
): Promise<boolean> {
  if (!(await first)) return false;
  for (let i = from; i < conditions.length; i++) {
    if (isTurnDue()) await nextTurn();
    if (!(await evaluate(conditions[i] as CompiledCondition, facts))) return false;
  }
  return true;
}

/** Runs a binding. If the call is recorded, notes that the binding ran, and whether it aborted the call. */
function followed(
  planned: PlannedBinding,
  facts: Facts,
  { recording }: DispatchEnvironment,
  run: () => MaybePromise<void>,
): MaybePromise<void> {
  return recording === undefined ? run() : recorded(planned, facts, recording, run);
}

async function recorded(
  { binding, action }: PlannedBinding,
  facts: Facts,
  recording: CallRecording,
  run: () => MaybePromise<void>,
): Promise<void> {
  const ran = (aborted: boolean) => {
    const changes = action !== undefined && action.changes?.length !== 0;
    recording.ran(binding, facts.call, { changes, aborted });
  };
  try {
    await run();
  } catch (error) {
    ran(true);
    throw error;
  }
  ran(false);
}

async function runFrom(
  slot: Slot,
  facts: Facts,
  environment: DispatchEnvironment,
  start: MaybePromise<Cursor>,
  asked?: Asked,
): Promise<Call | undefined> {
  let cursor = isPromise(start) ? await start : start;
  let candidate = asked?.candidate ?? cursor.next();
  let answer = asked?.answer;
  let actionsRan = false;
  const pace = createPace(conditionsPerTurn);
  for (; candidate; candidate = cursor.next(), answer = undefined) {
    const { planned, conditions } = candidate;
    try {
      answer ??= ask(conditions, facts);
      const lookedUp = isPromise(answer);
      const fulfilled = isPromise(answer) ? await answer : answer;
      // lookups in an in-process database, and facts that are already known, resolve without a turn of the event loop:
      // without a pause, other calls would have to wait
      if (lookedUp) await pace.step(conditions.length);
      if (isTurnDue()) await nextTurn();
      if (!fulfilled) continue;
    } catch (error) {
      await followed(planned, facts, environment, () => recordFault(planned, facts, environment, error));
      continue;
    }
    if (!planned.action) {
      const fault = brokenBinding(planned);
      await followed(planned, facts, environment, () => recordFault(planned, facts, environment, fault));
      continue;
    }
    if (actionsRan && mustActionWait()) await nextTurn();
    noteAction();
    actionsRan = true;
    await followed(planned, facts, environment, () => runAction(planned, facts, environment));
    if (slot.indexes.length > 0 && planned.action.changes?.length !== 0) {
      // the values that are looked up in the index may have changed
      cursor = await candidatesOf(slot, facts, planned.rank);
    }
  }
  return actionsRan ? facts.call : undefined;
}
