import type { AuditRecord, AuditSink } from "../contracts/audit.js";
import type { Call } from "../contracts/call.js";
import { CallAbortedError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Facts } from "../facts/facts.js";
import { framesOf, messageOf } from "../internal/fault.js";
import type { ActionEnvironment } from "./action-environment.js";
import { beginRecord, endRecord } from "./action-record.js";
import { auditEnd, type Ending, endingOf, isAbort } from "./ending.js";
import { executeAction } from "./execute-action.js";
import { LateRecord } from "./late-record.js";
import type { PlannedBinding } from "./plan.js";

/**
 * Runs the action of a binding and audits it. Returns undefined if there is nothing to await: the action was
 * synchronous, and the host has no audit sink.
 *
 * @throws {CallAbortedError} if the call must fail
 * @throws {BookendError} AUDIT_UNAVAILABLE
 */
export function runAction(planned: PlannedBinding, facts: Facts, environment: ActionEnvironment): MaybePromise<void> {
  const { sink } = environment;
  if (sink !== undefined) {
    return audited(planned, facts, environment, sink, (record) => executeAction(planned, facts, environment, record));
  }
  const ending = executeAction(planned, facts, environment, undefined);
  if (isPromise(ending)) return ending.then((ended) => conclude(planned, facts.call, environment, ended));
  return conclude(planned, facts.call, environment, ending);
}

/** Audits a binding that could not run: it is broken, or one of its conditions could not be evaluated. */
export function recordFault(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  error: unknown,
): MaybePromise<void> {
  const { sink } = environment;
  if (sink !== undefined) return audited(planned, facts, environment, sink, () => endingOf(error));
  return conclude(planned, facts.call, environment, endingOf(error));
}

/**
 * Runs an action after its audit entry has been opened, and closes the entry with the result. If the sink is required
 * and fails, or if the action aborts the call, deliveries that the call's actions submitted are discarded.
 */
async function audited(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  sink: AuditSink,
  run: (record: AuditRecord | undefined) => MaybePromise<Ending>,
): Promise<void> {
  try {
    const startedAt = environment.clock();
    const started = performance.now();
    // only promises are awaited, since each await of a known value would take as long as a condition
    const begun = beginRecord(planned, facts, sink, environment, startedAt);
    const record = isPromise(begun) ? await begun : begun;
    // an outbox cannot store deliveries with an entry that may arrive only after the call
    const ran = run(record instanceof LateRecord ? undefined : record);
    const ending = withoutSecrets(isPromise(ran) ? await ran : ran, environment);
    const durationMs = performance.now() - started;
    const ended = record && endRecord(record, isGood(ending), { ...auditEnd(ending), durationMs }, environment);
    if (isPromise(ended)) await ended;
    conclude(planned, facts.call, environment, ending);
  } catch (error) {
    environment.units?.abort(facts.call.id);
    throw error;
  }
}

function isGood({ outcome }: Ending): boolean {
  return outcome === "done" || outcome === "skipped";
}

/** Logs a failure. @throws {CallAbortedError} if the call must fail because of it */
function conclude(planned: PlannedBinding, call: Call, environment: ActionEnvironment, found: Ending): void {
  if (isGood(found)) return;
  const ending = withoutSecrets(found, environment);
  logFailure(planned, call, environment, ending);
  if (isAbort(ending.thrown)) {
    const { message, status } = ending.thrown;
    throw aborted(planned, ending, environment.hideSecrets(message), isErrorStatus(status) ? status : 500);
  }
  if (planned.abortOnError) {
    const { binding } = planned;
    const name = `${binding.handler}:${binding.action}`;
    const why =
      environment.development && ending.outcome === "fault"
        ? ` ${environment.hideSecrets(messageOf(ending.thrown))}`
        : "";
    throw aborted(planned, ending, `The call was aborted: ${name} of binding ${binding.id} failed.${why}`, 500);
  }
}

/** Returns the ending that an action reports, with secrets of the host that it may have rendered removed. */
function withoutSecrets(ending: Ending, { hideSecrets }: ActionEnvironment): Ending {
  const { reason, details } = ending;
  return reason === undefined && details === undefined
    ? ending
    : { ...ending, reason: hideSecrets(reason), details: hideSecrets(details) };
}

function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599;
}

function aborted({ binding }: PlannedBinding, ending: Ending, message: string, status: number): CallAbortedError {
  return new CallAbortedError({
    message,
    bindingId: binding.id,
    bindingName: binding.name,
    position: binding.position,
    status,
    causeCode: ending.fault?.code ?? "ACTION_FAILED",
    cause: ending.thrown,
  });
}

function logFailure(
  { binding }: PlannedBinding,
  call: Call,
  { development, logger }: ActionEnvironment,
  ending: Ending,
): void {
  logger.warn(
    {
      callId: call.id,
      event: call.event,
      bindingId: binding.id,
      action: `${binding.handler}:${binding.action}`,
      outcome: ending.outcome,
      reason: ending.reason,
      ...(ending.outcome === "fault" && {
        frames: framesOf(ending.thrown),
        ...(development && { message: messageOf(ending.thrown) }),
      }),
    },
    "action failed",
  );
}
