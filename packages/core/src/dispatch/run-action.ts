import type { AuditEnd, AuditRecord, AuditSink } from "../contracts/audit.js";
import type { Call } from "../contracts/call.js";
import { createDeliveryId, type DeliveryKind, type Outbox, type Sender } from "../contracts/delivery.js";
import { AbortCall, BookendError, CallAbortedError } from "../contracts/errors.js";
import type { JsonValue } from "../contracts/json.js";
import type { Logger } from "../contracts/logger.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Outcome } from "../contracts/outcome.js";
import type { ActionContext, RenderOptions } from "../definitions/handler.js";
import type { Facts } from "../facts/facts.js";
import { type Fault, faultOf, framesOf, messageOf } from "../internal/fault.js";
import { notJson } from "../internal/not-json.js";
import { type ThirdPartyRun, thirdPartyRun } from "../internal/third-party.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { resolveTags } from "../templates/tags.js";
import type { Template } from "../templates/template.js";
import { restoreCall, snapshotOf } from "./call-guard.js";
import { checkOutcome } from "./check-outcome.js";
import { type ActionTrace, actionChannel } from "./diagnostics.js";
import type { PlannedBinding } from "./plan.js";
import { auditFailed } from "./record-call.js";

/** What actions of a host run with. */
export interface ActionEnvironment {
  readonly sink: AuditSink | undefined;
  readonly auditRequired: boolean;
  readonly logger: Logger;
  /** Whether messages of faults may be shown. */
  readonly development: boolean;
  readonly clock: () => Date;
  readonly actionTimeoutMs: number;
  /** How long the audit sink may take, in milliseconds. */
  readonly auditTimeoutMs: number;
  readonly inline: Outbox;
  readonly durable: Outbox | undefined;
  readonly url: string | undefined;
  readonly browserOf: ((userAgent: string) => string) | undefined;
}

/** How a binding ended, for the audit log and the failure policy. */
interface Ending {
  readonly outcome: AuditEnd["outcome"];
  readonly reason?: string | undefined;
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
  readonly fault?: Fault | undefined;
  readonly thrown?: unknown;
}

/**
 * Runs the action of a binding and audits it.
 *
 * @throws {CallAbortedError} if the call must fail
 * @throws {BookendError} AUDIT_UNAVAILABLE
 */
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
  if (!ok) logFailure(planned, facts.call, environment, ending);
  await endRecord(record, ok, { ...auditEnd(ending), durationMs }, environment);
  if (ok) return;
  if (isAbort(ending.thrown)) {
    const { message, status } = ending.thrown;
    throw aborted(planned, ending, message, isErrorStatus(status) ? status : 500);
  }
  if (planned.abortOnError) {
    const { binding } = planned;
    const name = `${binding.handler}:${binding.action}`;
    const why = environment.development && ending.outcome === "fault" ? ` ${messageOf(ending.thrown)}` : "";
    throw aborted(planned, ending, `The call was aborted: ${name} of binding ${binding.id} failed.${why}`, 500);
  }
}

/** Whether an action asked for the call to be aborted; of an object that cannot be looked at, no. */
function isAbort(thrown: unknown): thrown is AbortCall {
  try {
    return thrown instanceof AbortCall;
  } catch {
    return false;
  }
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
  const left: ThirdPartyRun = {
    onRejection: (error) => logRejection(planned, facts.call, environment.logger, error),
  };
  const run = async () => {
    const returned: unknown = await thirdPartyRun.run(left, () => action.run(context));
    const outcome = checkOutcome(returned);
    trace.outcome = outcome?.status ?? "done";
    return outcome;
  };
  const before = snapshotOf(facts.call);
  let ending: Ending;
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
    ending = outcome ? endingOfOutcome(outcome) : { outcome: "done" };
  } catch (error) {
    ending = endingOf(error);
  } finally {
    clearTimeout(timer);
    facts.forget(action.changes);
  }
  const { call, broken } = restoreCall(facts.call, before);
  if (call !== facts.call) facts.goOnWith(call);
  // what aborts the call, or is a fault already, stays what it is
  return broken && ending.thrown === undefined ? endingOf(broken) : ending;
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
  if (isAbort(thrown)) {
    const { message: reason } = thrown;
    const details = thrown.details === undefined || notJson(thrown.details) ? undefined : thrown.details;
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
    binding: Object.freeze({ id: binding.id, name: binding.name }),
    facts,
    signal,
    logger: environment.logger,
    now: environment.clock,
    render: (template, options) => awaited(renderTemplate(template, options)),
    deliver: (kind, payload) => awaited(submit(kind, payload)),
  };

  async function renderTemplate(template: Template, { escape: escapeValue, values = {} }: RenderOptions = {}) {
    const { url, browserOf } = environment;
    const tags = await resolveTags(template, { facts, position: binding.position, url, browserOf }, values);
    return template.render(tags, escapeValue);
  }

  async function submit<P>(kind: DeliveryKind<P>, payload: P) {
    const name = `${binding.handler}/${kind.name}`;
    if (!outbox || !handler?.deliveries?.includes(kind)) {
      throw new BookendError("DELIVERY_UNKNOWN", `${name} is not among the deliveries of its handler.`);
    }
    const wrong = notJson(payload);
    if (wrong) {
      const path = ["payload", ...(wrong.path === "" ? [] : [wrong.path])].join(".");
      throw new BookendError("DELIVERY_INVALID", `${name}: ${path} is ${wrong.found}. Allowed: JSON.`);
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
  }
}

/** A promise that an action may leave alone: without this, a rejection that it does not wait for ends the process. */
function awaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function beginRecord(
  { binding, label }: PlannedBinding,
  facts: Facts,
  { sink, auditRequired, auditTimeoutMs, logger }: ActionEnvironment,
  startedAt: Date,
): Promise<AuditRecord | undefined> {
  if (!sink) return undefined;
  const { call } = facts;
  const { request, notes } = call;
  const token = facts.knownToken;
  try {
    return await inTime(
      auditTimeoutMs,
      sink.begin({
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
      }),
    );
  } catch (error) {
    return auditFailed(error, auditRequired, logger);
  }
}

async function endRecord(
  record: AuditRecord | undefined,
  ok: boolean,
  end: AuditEnd,
  { auditRequired, auditTimeoutMs, logger }: ActionEnvironment,
): Promise<void> {
  try {
    await inTime(auditTimeoutMs, ok ? record?.success(end) : record?.failure(end));
  } catch (error) {
    auditFailed(error, auditRequired, logger);
  }
}

/** What the sink returned; a promise is given up after the time limit. */
function inTime<T>(limitMs: number, value: MaybePromise<T>): MaybePromise<T> {
  if (!isPromise(value)) return value;
  return withTimeLimit(value, limitMs, () => {
    return new BookendError("AUDIT_UNAVAILABLE", `The audit sink did not end within ${limitMs} ms.`);
  });
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
