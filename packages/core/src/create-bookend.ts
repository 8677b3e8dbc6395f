import { checkBinding, checkFields, nameTakenProblem } from "./bindings/check-binding.js";
import { createBindings } from "./bindings/checked-bindings.js";
import { compileBinding } from "./bindings/compile-binding.js";
import type { CompileContext } from "./bindings/compile-context.js";
import { eventsOf, KnownEvents } from "./bindings/host-events.js";
import { nameLookups } from "./bindings/name-lookups.js";
import type { Bookend, BookendOptions } from "./bookend.js";
import { checkOptions } from "./check-options.js";
import { baseConditionsOf } from "./conditions/index.js";
import type { AuditSink } from "./contracts/audit.js";
import { type Binding, type BindingInput, completeBinding } from "./contracts/binding.js";
import type { Call, CallResponse, NextCall } from "./contracts/call.js";
import type { AnyDeliveryKind } from "./contracts/delivery.js";
import { ownNamesIn } from "./contracts/directories.js";
import { BindingInvalidError, BookendError, type Problem } from "./contracts/errors.js";
import type { EventDescription } from "./contracts/event.js";
import { isPromise, type MaybePromise } from "./contracts/maybe-promise.js";
import { createRegistry, defaultLookupTimeoutMs } from "./definitions/registry.js";
import { createAuditUnits } from "./dispatch/audit-units.js";
import { createBacktest } from "./dispatch/backtest.js";
import { callChannel } from "./dispatch/diagnostics.js";
import { dispatchRecorded, isRecorded } from "./dispatch/dispatch-recorded.js";
import { type DispatchEnvironment, dispatch } from "./dispatch/dispatcher.js";
import { explainPlan, explainRecorded } from "./dispatch/explain-plan.js";
import { FollowedBindings } from "./dispatch/follow-bindings.js";
import { inlineOutbox } from "./dispatch/inline-outbox.js";
import type { EventPlan, Plan, PlannedBinding } from "./dispatch/plan.js";
import { prepareTexts } from "./dispatch/prepared-texts.js";
import { previewBinding, previewRecorded } from "./dispatch/preview-binding.js";
import { recordActions, recordCall } from "./dispatch/record-call.js";
import { recorderFailures } from "./dispatch/recorder-failures.js";
import type { RecordingHost } from "./dispatch/recording.js";
import { Replay } from "./dispatch/replay.js";
import { factsWith } from "./facts/host-facts.js";
import { secretHider } from "./internal/hide-secrets.js";
import { ImmutableMap } from "./internal/immutable-map.js";
import { ImmutableSet } from "./internal/immutable-set.js";
import { createPauses } from "./internal/pauses.js";
import { safeLogger } from "./internal/safe-logger.js";
import { containRejections, currentRun } from "./internal/third-party.js";
import { hostTagRegistry } from "./templates/host-tags.js";
import type { TagScope } from "./templates/tag-scope.js";
import { parameterPath } from "./values/field-comparison.js";

/** Time limit of actions in milliseconds, unless the action or the host sets another. */
const defaultActionTimeoutMs = 30_000;

/**
 * Binds actions to both ends of API calls. While the Bookend is open, a rejected promise that an action leaves behind is
 * logged and does not end the process. Bindings are loaded immediately, in the background; see `ready`.
 *
 * @throws {BookendError} OPTIONS_INVALID, HANDLER_INVALID, CONDITION_INVALID, DUPLICATE_HANDLER, DUPLICATE_CONDITION
 */
export function createBookend(options: BookendOptions): Bookend {
  checkOptions(options);
  const {
    bindings: store,
    directories = {},
    outbox,
    clock = () => new Date(),
    lookupTimeoutMs = defaultLookupTimeoutMs,
  } = options;
  const development = options.development ?? false;
  let adopted = options.logger;
  const hideSecrets = secretHider(Object.values(options.secrets ?? {}).filter((secret) => secret !== undefined));
  const logger = safeLogger(() => adopted, hideSecrets);
  const ownDirectories = ownNamesIn(directories);
  const conditions = [...baseConditionsOf(options), ...(options.conditions ?? [])];
  const registry = createRegistry(options.handlers, conditions, {
    lookupTimeoutMs,
    tags: hostTagRegistry(options.tags ?? {}, options.secrets ?? {}, lookupTimeoutMs),
    ownDirectories,
  });
  const events = new KnownEvents({
    parameters: options.secretParameters?.map(parameterPath),
    headers: options.secretHeaders?.map((name) => [name]),
  });
  events.declare(eventsOf(options.events ?? []));
  const tags: TagScope = { tags: registry.tags, isSecret: events.isSecret };
  const context: CompileContext = { registry, directories, tags, durable: outbox !== undefined };
  const audit = auditOf(options.audit);
  const environment: DispatchEnvironment = {
    directories,
    facts: ownDirectories.length > 0 ? factsWith(ownDirectories) : undefined,
    lookupTimeoutMs,
    auditTimeoutMs: lookupTimeoutMs,
    sink: audit.sink,
    units: createAuditUnits(audit.sink, audit.required),
    auditRequired: audit.required,
    logger,
    clock,
    development,
    actionTimeoutMs: options.actionTimeoutMs ?? defaultActionTimeoutMs,
    inline: inlineOutbox(),
    durable: outbox,
    url: options.url,
    browserOf: options.browserOf,
    tags,
    hasHostTags: Object.keys(options.tags ?? {}).length > 0,
    hideSecrets,
    recording: undefined,
  };
  outbox?.register?.(kindsOf(options));

  let closed = false;
  const endContainment = containRejections();
  const followed = new FollowedBindings({ store, context, logger, clock });

  const tracedDispatch = (eventPlan: EventPlan, call: Call, next: NextCall, own = environment) =>
    callChannel.tracePromise(async () => dispatch(eventPlan, call, next, own), { call });
  const recordedDispatch = (host: RecordingHost, eventPlan: EventPlan | undefined, call: Call, next: NextCall) =>
    dispatchRecorded(host, eventPlan, call, next, (planned, followedNext, recording) => {
      const own = { ...environment, recording };
      if (callChannel.start.hasSubscribers) return tracedDispatch(planned, call, followedNext, own);
      return dispatch(planned, call, followedNext, own);
    });

  const { recorder } = options;
  const recordingHost: RecordingHost | undefined = recorder && {
    recorder,
    isSecret: events.isSecret,
    hideSecrets,
    clock,
    onFailure: recorderFailures(logger),
  };

  const handleNow = (call: Call, next: NextCall): MaybePromise<CallResponse> => {
    const { plan } = followed;
    if (plan === undefined || closed) return handleLater(call, next);
    const eventPlan = plan.events.get(call.event);
    if (recordingHost !== undefined && !currentRun() && isRecorded(recordingHost, call.event)) {
      return recordedDispatch(recordingHost, eventPlan, call, next);
    }
    if (eventPlan === undefined || currentRun()) return next(call, false);
    if (callChannel.start.hasSubscribers) return tracedDispatch(eventPlan, call, next);
    return dispatch(eventPlan, call, next, environment);
  };
  const handleLater = async (call: Call, next: NextCall): Promise<CallResponse> => {
    if (closed) throw new BookendError("BOOKEND_CLOSED", "This Bookend was closed.");
    await followed.ready();
    return handleNow(call, next);
  };
  const handle: Bookend["handle"] = (call, next, { recorded = false } = {}) => {
    const response = handleNow(call, next);
    // with an audit sink, every action is awaited: if the response is not a promise, no action has run
    return recorded || environment.units === undefined || !isPromise(response)
      ? response
      : response.finally(() => recordActions(call.id, environment));
  };

  const check = async (input: BindingInput & { readonly id?: number | undefined }): Promise<readonly Problem[]> => {
    const problems = checkFields(input);
    if (problems.length > 0) return problems;
    const holder = idsByName(await followed.ready()).get(input.name);
    const binding: Binding = { ...completeBinding(input), id: input.id ?? 0, revision: 0 };
    return [
      ...(holder !== undefined && holder !== input.id ? [nameTakenProblem(input.name)] : []),
      ...(await checkBinding(binding, context, events)),
    ];
  };
  const checkAll = async (inputs: readonly BindingInput[]) => {
    const pause = createPauses();
    const lookups = nameLookups();
    const memo: CompileContext = { ...context, parsed: new Map() };
    const all: (readonly Problem[])[] = [];
    for (const input of inputs) {
      const problems = checkFields(input);
      const binding = (): Binding => ({ ...completeBinding(input), id: 0, revision: 0 });
      all.push(problems.length > 0 ? problems : await checkBinding(binding(), memo, events, lookups));
      await pause();
    }
    return all;
  };

  /** Returns the binding that an input describes, without storing it. @throws {BindingInvalidError} BINDING_INVALID */
  const unsaved = (input: BindingInput & { readonly id?: number | undefined }): Binding => {
    const problems = checkFields(input);
    if (problems.length > 0) throw new BindingInvalidError(problems);
    return { ...completeBinding(input), id: input.id ?? 0, revision: 0 };
  };

  const plannedOf = (input: BindingInput & { readonly id?: number | undefined }): PlannedBinding => ({
    ...compileBinding(unsaved(input), context),
    rank: 0,
    label: "",
  });

  return {
    handle,
    recordCall: (entry) => recordCall(entry, environment),
    recordActions: (callId) => recordActions(callId, environment),
    registry,
    events: new ImmutableSet(events.names),
    get eventDescriptions(): ReadonlyMap<string, EventDescription> {
      return new ImmutableMap(events.described);
    },
    ready: async () => void (await followed.ready()),
    reload: () => followed.reload(),
    status: () => followed.status,
    development,
    adoptLogger(given) {
      adopted ??= given;
    },
    declareEvents(declared) {
      events.declare(declared);
    },
    async explain(call) {
      return explainPlan(await followed.ready(), call, environment);
    },
    async explainBinding(call, input) {
      return explainPlan({ events: new Map(), bindings: [plannedOf(input)] }, call, environment);
    },
    async explainRecorded(call, input) {
      const plan = input ? { events: new Map(), bindings: [plannedOf(input)] } : await followed.ready();
      return explainRecorded(plan, new Replay(call, environment), environment);
    },
    async previewRecorded(call, input) {
      const planned = plannedOf(input);
      const texts = prepareTexts(planned.binding, registry, environment);
      return previewRecorded(planned, new Replay(call, environment), texts);
    },
    backtest(input) {
      const planned = plannedOf(input);
      if (planned.problems.length > 0) throw new BindingInvalidError(planned.problems);
      return createBacktest(planned, registry, environment);
    },
    async preview(call, input, options) {
      return previewBinding(unsaved(input), call, registry, environment, options);
    },
    async check(input) {
      if (input) return check(input);
      const { bindings } = await followed.ready();
      const pause = createPauses();
      const lookups = nameLookups();
      const problems: Problem[] = [];
      for (const { binding } of bindings) {
        for (const problem of await checkBinding(binding, context, events, lookups)) {
          problems.push({ ...problem, field: `binding ${binding.id}: ${problem.field}` });
        }
        await pause();
      }
      return problems;
    },
    bindings: createBindings({
      store,
      check,
      checkAll,
      follow: (write) => followed.write(write),
      async listed(): Promise<readonly Binding[]> {
        return (await followed.ready()).bindings.map(({ binding }) => binding);
      },
      async problems(): Promise<ReadonlyMap<number, readonly Problem[]>> {
        const { bindings } = await followed.ready();
        return new Map(
          bindings.flatMap(({ binding, problems }) => (problems.length > 0 ? [[binding.id, problems] as const] : [])),
        );
      },
    }),
    close() {
      closed = true;
      followed.close();
      endContainment();
    },
  };
}

const namesOfPlans = new WeakMap<Plan, ReadonlyMap<string, number>>();

/** Returns the ids of bindings by name, created once for each plan that a check uses. */
function idsByName(plan: Plan): ReadonlyMap<string, number> {
  let names = namesOfPlans.get(plan);
  if (!names) {
    names = new Map(plan.bindings.map(({ binding }) => [binding.name, binding.id]));
    namesOfPlans.set(plan, names);
  }
  return names;
}

function kindsOf({ handlers }: BookendOptions): ReadonlyMap<string, AnyDeliveryKind> {
  const kinds = new Map<string, AnyDeliveryKind>();
  for (const handler of handlers) {
    for (const kind of handler.deliveries ?? []) kinds.set(`${handler.id}/${kind.name}`, kind);
  }
  return kinds;
}

/** Anything with `begin` is a sink, even if it has a field `sink`, such as one that passes entries on to another. */
function auditOf(audit: BookendOptions["audit"]): { readonly sink: AuditSink | undefined; readonly required: boolean } {
  return audit === undefined || "begin" in audit ? { sink: audit, required: false } : audit;
}
