import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditEnd, AuditRecord, AuditSink } from "../contracts/audit.js";
import type { Call } from "../contracts/call.js";
import { createDeliveryId, type DeliveryKind, type Outbox, type Sender } from "../contracts/delivery.js";
import { AbortCall, BookendError, CallAbortedError } from "../contracts/errors.js";
import type { JsonValue } from "../contracts/json.js";
import type { Logger } from "../contracts/logger.js";
import type { Outcome } from "../contracts/outcome.js";
import type { ActionContext, RenderOptions } from "../definitions/handler.js";
import type { Facts } from "../facts/facts.js";
import { resolveTags } from "../templates/tags.js";
import type { Template } from "../templates/template.js";
import { type ActionTrace, actionChannel } from "./diagnostics.js";
import { type Fault, faultOf, framesOf } from "./fault.js";
import type { PlannedBinding } from "./plan.js";
import { auditFailed } from "./record-call.js";

/** What actions of a host run with. */
export interface ActionEnvironment {
  readonly sink: AuditSink | undefined;
  readonly auditRequired: boolean;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly actionTimeoutMs: number;
  readonly inline: Outbox;
  readonly durable: Outbox | undefined;
  readonly url: string | undefined;
  readonly browserOf: ((userAgent: string) => string) | undefined;
}

/** Holds a value while an action runs: what it calls raises no event. */
export const insideAction = new AsyncLocalStorage<true>();

/** How a binding ended, for the audit log and the failure policy. */
interface Ending {
  readonly outcome: AuditEnd["outcome"];
  readonly reason?: string | undefined;
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
  readonly fault?: Fault | undefined;
  readonly thrown?: unknown;
}

/** Runs the action of a binding and audits it. Throws what makes the call fail: `CallAbortedError`, `AUDIT_UNAVAILABLE`. */
export function runAction(planned: PlannedBinding, facts: Facts, environment: ActionEnvironment): Promise<void> {
  return audited(planned, facts, environment, () => execute(planned, facts, environment));
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

/** The error of a binding that names something unregistered or unparsable. */
export function brokenBinding({ binding, problems }: PlannedBinding): BookendError {
  const fields = problems.map((problem) => problem.field).join(", ");
  return new BookendError("ACTION_INVALID", `Binding ${binding.id} cannot run; wrong: ${fields}.`);
}

async function audited(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  run: () => Promise<Ending>,
): Promise<void> {
  const startedAt = environment.clock();
  const started = performance.now();
  const record = await beginRecord(planned, facts, environment, startedAt);
  const ending = await run();
  const durationMs = performance.now() - started;
  const ok = ending.outcome === "done" || ending.outcome === "skipped";
  if (!ok) logFailure(planned, facts.call, environment.logger, ending);
  await endRecord(record, ok, { ...auditEnd(ending), durationMs }, environment);
  if (ok) return;
  if (ending.thrown instanceof AbortCall) throw aborted(planned, ending, ending.thrown.message, ending.thrown.status);
  if (planned.abortOnError) {
    const { binding } = planned;
    const name = `${binding.handler}:${binding.action}`;
    throw aborted(planned, ending, `The call was aborted: ${name} of binding ${binding.id} failed.`, 500);
  }
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

async function execute(planned: PlannedBinding, facts: Facts, environment: ActionEnvironment): Promise<Ending> {
  const { action, binding, handler } = planned;
  if (!action || !handler) return endingOf(brokenBinding(planned));
  const controller = new AbortController();
  const timeoutMs = action.timeoutMs ?? environment.actionTimeoutMs;
  const context = createContext(planned, facts, environment, controller.signal);
  const trace: ActionTrace = {
    call: facts.call,
    bindingId: binding.id,
    bindingName: binding.name,
    action: `${binding.handler}:${binding.action}`,
  };
  const run = async () => {
    const outcome = (await insideAction.run(true, () => action.run(context))) ?? undefined;
    trace.outcome = outcome?.status ?? "done";
    return outcome;
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new BookendError("ACTION_TIMEOUT", `${trace.action} did not end within ${timeoutMs} ms.`);
        controller.abort(error);
        reject(error);
      }, timeoutMs);
    });
    const running = actionChannel.start.hasSubscribers ? actionChannel.tracePromise(run, trace) : run();
    const outcome = await Promise.race([running, timeout]);
    return outcome ? endingOfOutcome(outcome) : { outcome: "done" };
  } catch (error) {
    return endingOf(error);
  } finally {
    clearTimeout(timer);
    facts.forget(action.changes);
  }
}

function endingOfOutcome(outcome: Outcome): Ending {
  switch (outcome.status) {
    case "done":
      return { outcome: "done", details: outcome.details };
    case "skipped":
      return { outcome: "skipped", reason: outcome.reason };
    case "failed":
      return { outcome: "failed", reason: outcome.reason, details: outcome.details };
  }
}

function endingOf(thrown: unknown): Ending {
  if (thrown instanceof AbortCall) {
    const { message: reason, details } = thrown;
    return { outcome: "failed", reason, details, fault: { class: "AbortCall", code: "CALL_ABORTED" }, thrown };
  }
  const fault = faultOf(thrown);
  return { outcome: "fault", reason: `${fault.class} ${fault.code}`, fault, thrown };
}

function auditEnd(ending: Ending): Omit<AuditEnd, "durationMs"> {
  return {
    outcome: ending.outcome,
    reason: ending.reason,
    details: ending.details,
    error: ending.outcome === "fault" ? ending.fault : undefined,
  };
}

function createContext(
  { binding, handler, options }: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  signal: AbortSignal,
): ActionContext<unknown> {
  const { call } = facts;
  const outbox = binding.delivery === "durable" ? environment.durable : environment.inline;
  return {
    options,
    call,
    position: binding.position,
    binding,
    facts,
    signal,
    logger: environment.logger,
    now: environment.clock,
    async render(template: Template, { escape: escapeValue, values = {} }: RenderOptions = {}) {
      const { url, browserOf } = environment;
      const tags = await resolveTags(template, { facts, position: binding.position, url, browserOf }, values);
      return template.render(tags, escapeValue);
    },
    async deliver<P>(kind: DeliveryKind<P>, payload: P) {
      const name = `${binding.handler}/${kind.name}`;
      if (!outbox || !handler?.deliveries?.includes(kind)) {
        throw new BookendError("DELIVERY_UNKNOWN", `${name} is not among the deliveries of its handler.`);
      }
      const delivery = {
        id: createDeliveryId(),
        kind: name,
        payload: payload as JsonValue,
        createdAt: environment.clock(),
        callId: call.id,
        event: call.event,
        bindingId: binding.id,
        bindingName: binding.name,
      };
      return outbox.submit(delivery, kind.send as Sender<JsonValue>, signal);
    },
  };
}

async function beginRecord(
  { binding, label }: PlannedBinding,
  facts: Facts,
  { sink, auditRequired, logger }: ActionEnvironment,
  startedAt: Date,
): Promise<AuditRecord | undefined> {
  if (!sink) return undefined;
  const { call } = facts;
  const { request, notes } = call;
  const token = facts.knownToken;
  try {
    return await sink.begin({
      id: globalThis.crypto.randomUUID(),
      parent: call.id,
      action: `${binding.position.toUpperCase()}-EVENT ${call.event}${label}`,
      event: call.event,
      position: binding.position,
      handler: binding.handler,
      handlerAction: binding.action,
      bindingId: binding.id,
      bindingName: binding.name,
      startedAt,
      actor: call.actor,
      user: facts.knownUser ?? request.user ?? notes.user,
      serial: facts.namedSerial ?? token?.serial,
      tokenType: token?.type ?? notes.tokenType,
      containerSerial: facts.knownContainer?.serial ?? notes.containerSerial,
      clientIp: request.clientIp,
      userAgent: request.headers["user-agent"],
    });
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}

async function endRecord(
  record: AuditRecord | undefined,
  ok: boolean,
  end: AuditEnd,
  { auditRequired, logger }: ActionEnvironment,
): Promise<void> {
  try {
    await (ok ? record?.success(end) : record?.failure(end));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

function logFailure({ binding }: PlannedBinding, call: Call, logger: Logger, ending: Ending): void {
  logger.warn(
    {
      callId: call.id,
      event: call.event,
      bindingId: binding.id,
      action: `${binding.handler}:${binding.action}`,
      outcome: ending.outcome,
      reason: ending.reason,
      ...(ending.outcome === "fault" && { frames: framesOf(ending.thrown) }),
    },
    "action failed",
  );
}
