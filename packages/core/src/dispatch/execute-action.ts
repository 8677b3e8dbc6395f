import type { AuditRecord } from "../contracts/audit.js";
import type { Call } from "../contracts/call.js";
import { BookendError } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Outcome } from "../contracts/outcome.js";
import type { Action, ActionContext } from "../definitions/handler.js";
import { type Facts, goOnWith } from "../facts/facts.js";
import { faultOf, framesOf } from "../internal/fault.js";
import { LazyAbort } from "../internal/lazy-abort.js";
import { runContained, runSelfContained, type ThirdPartyRun } from "../internal/third-party.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { createActionContext } from "./action-context.js";
import type { ActionEnvironment } from "./action-environment.js";
import { type CallSnapshot, restoreCall, snapshotOf } from "./call-guard.js";
import { checkOutcome } from "./check-outcome.js";
import { type ActionTrace, actionChannel } from "./diagnostics.js";
import { brokenBinding, type Ending, endingOf, endingOfOutcome } from "./ending.js";
import type { PlannedBinding } from "./plan.js";

/**
 * Runs an action within its time limit, and restores parts of the call that it broke. Never throws or rejects. If the
 * action is synchronous, no promise is created, since each promise takes as long as several conditions.
 */
export function executeAction(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  record: AuditRecord | undefined,
): MaybePromise<Ending> {
  const { action, handler } = planned;
  if (!action || !handler) return endingOf(brokenBinding(planned));
  const { call } = facts;
  let before: CallSnapshot | undefined;
  try {
    if (action.changesCall !== false || environment.hasHostTags) before = snapshotOf(call);
  } catch (error) {
    // asynchronous code that an earlier action left behind has broken the call
    return endingOf(error);
  }
  const abort = new LazyAbort();
  const context = createActionContext(planned, facts, environment, abort, record);
  const started: StartedAction = { planned, action, environment, call, abort, context };
  let ending: Ending;
  try {
    const returned = actionChannel.start.hasSubscribers ? traced(() => start(started), planned, call) : start(started);
    if (isPromise(returned)) return endOfPromise(returned, { action, facts, call, before });
    ending = endingOfOutcome(checkOutcome(returned));
  } catch (error) {
    ending = endingOf(error);
  }
  return mended(ending, { action, facts, call, before });
}

/** An action and everything that is needed to run it. */
interface StartedAction {
  readonly planned: PlannedBinding;
  readonly action: Action;
  readonly environment: ActionEnvironment;
  readonly call: Call;
  readonly abort: LazyAbort;
  readonly context: ActionContext<unknown>;
}

/** Starts an action and returns its result. A promise rejects after the action's time limit. */
function start({ planned, action, environment, call, abort, context }: StartedAction): unknown {
  const left: ThirdPartyRun = {
    tags: environment.tags,
    onRejection: (error) => logRejection(planned, call, environment.logger, error),
  };
  const begin = action.selfContained === true ? runSelfContained : runContained;
  const returned: unknown = begin(left, () => action.run(context));
  // a synchronous action needs no timer
  if (!isPromise(returned)) return returned;
  const timeoutMs = action.timeoutMs ?? environment.actionTimeoutMs;
  return withTimeLimit(returned, timeoutMs, () => {
    const error = new BookendError("ACTION_TIMEOUT", `${nameOf(planned)} did not end within ${timeoutMs} ms.`);
    abort.abort(error);
    return error;
  });
}

/** A call while an action runs on it. */
interface LentCall {
  readonly action: Action;
  readonly facts: Facts;
  readonly call: Call;
  /** Undefined if the action declares that it does not change the call. */
  readonly before: CallSnapshot | undefined;
}

async function endOfPromise(returned: PromiseLike<unknown>, lent: LentCall): Promise<Ending> {
  let ending: Ending;
  try {
    ending = endingOfOutcome(checkOutcome(await returned));
  } catch (error) {
    ending = endingOf(error);
  }
  return mended(ending, lent);
}

/**
 * Takes the call back from the action: facts that the action changed are looked up again, and parts that it broke are
 * restored.
 */
function mended(ending: Ending, { action, facts, call, before }: LentCall): Ending {
  facts.forget(action.changes);
  if (before === undefined) return ending;
  const { call: restored, broken } = restoreCall(call, before);
  if (restored !== call) goOnWith(facts, restored);
  // an ending that aborts the call or is already a fault stays unchanged
  return broken && ending.thrown === undefined ? endingOf(broken) : ending;
}

/** Runs the action and publishes it to the subscribers of `bookend.action`. */
function traced(run: () => unknown, planned: PlannedBinding, call: Call): Promise<Outcome | undefined> {
  const { id, name } = planned.binding;
  const trace: ActionTrace = { call, bindingId: id, bindingName: name, action: nameOf(planned) };
  return actionChannel.tracePromise(async () => {
    const outcome = checkOutcome(await run());
    trace.outcome = outcome?.status ?? "done";
    return outcome;
  }, trace);
}

function nameOf({ binding }: PlannedBinding): string {
  return `${binding.handler}:${binding.action}`;
}

function logRejection({ binding }: PlannedBinding, call: Call, logger: Logger, error: unknown): void {
  logger.error(
    {
      callId: call.id,
      event: call.event,
      bindingId: binding.id,
      action: `${binding.handler}:${binding.action}`,
      error: faultOf(error),
      frames: framesOf(error),
    },
    "an action left a rejected promise behind",
  );
}
