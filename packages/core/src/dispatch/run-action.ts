import type { AuditRecord } from "../contracts/audit.js";
import type { Call } from "../contracts/call.js";
import { CallAbortedError } from "../contracts/errors.js";
import type { Facts } from "../facts/facts.js";
import { framesOf, messageOf } from "../internal/fault.js";
import type { ActionEnvironment } from "./action-environment.js";
import { beginRecord, endRecord } from "./action-record.js";
import { auditEnd, type Ending, endingOf, isAbort } from "./ending.js";
import { executeAction } from "./execute-action.js";
import type { PlannedBinding } from "./plan.js";

/**
 * Runs the action of a binding and audits it.
 *
 * @throws {CallAbortedError} if the call must fail
 * @throws {BookendError} AUDIT_UNAVAILABLE
 */
export function runAction(planned: PlannedBinding, facts: Facts, environment: ActionEnvironment): Promise<void> {
  return audited(planned, facts, environment, (record) => executeAction(planned, facts, environment, record));
}

/** Audits a binding that could not run: it is broken, or one of its conditions could not be asked. */
export function recordFault(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  error: unknown,
): Promise<void> {
  return audited(planned, facts, environment, () => Promise.resolve(endingOf(error)));
}

/** Whatever it throws ends the call: then nothing that the call's actions submitted is kept. */
async function audited(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  run: (record: AuditRecord | undefined) => Promise<Ending>,
): Promise<void> {
  try {
    await auditedOnce(planned, facts, environment, run);
  } catch (error) {
    environment.units?.abort(facts.call.id);
    throw error;
  }
}

async function auditedOnce(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  run: (record: AuditRecord | undefined) => Promise<Ending>,
): Promise<void> {
  const startedAt = environment.clock();
  const started = performance.now();
  const { sink } = environment;
  const record = sink && (await beginRecord(planned, facts, sink, environment, startedAt));
  const ending = withoutSecrets(await run(record), environment);
  const durationMs = performance.now() - started;
  const ok = ending.outcome === "done" || ending.outcome === "skipped";
  if (!ok) logFailure(planned, facts.call, environment, ending);
  if (record) await endRecord(record, ok, { ...auditEnd(ending), durationMs }, environment);
  if (ok) return;
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

/** What an action says of itself, without the secrets of the host that it may have rendered. */
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
