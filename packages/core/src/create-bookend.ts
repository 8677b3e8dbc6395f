import { checkBinding, checkFields } from "./bindings/check-binding.js";
import { createBindings } from "./bindings/checked-bindings.js";
import type { CompileContext } from "./bindings/compile-binding.js";
import type { Bookend, BookendOptions, NextCall } from "./bookend.js";
import { baseConditions } from "./conditions/index.js";
import { type Binding, type BindingInput, completeBinding } from "./contracts/binding.js";
import type { Call, CallResponse } from "./contracts/call.js";
import { inlineOutbox, type Sender } from "./contracts/delivery.js";
import { BookendError, type Problem } from "./contracts/errors.js";
import type { JsonValue } from "./contracts/json.js";
import { silentLogger } from "./contracts/logger.js";
import { createRegistry } from "./definitions/registry.js";
import { callChannel } from "./dispatch/diagnostics.js";
import { type DispatchEnvironment, dispatch } from "./dispatch/dispatcher.js";
import { explainPlan } from "./dispatch/explain-plan.js";
import { faultOf, framesOf } from "./dispatch/fault.js";
import { createPlan, type EventPlan, type Plan } from "./dispatch/plan.js";
import { recordCall } from "./dispatch/record-call.js";
import { insideAction } from "./dispatch/run-action.js";

/** Longest action unless it or the host says otherwise, in milliseconds. */
const defaultActionTimeoutMs = 30_000;

/**
 * Binds actions to both ends of API calls.
 * Throws `HANDLER_INVALID`, `CONDITION_INVALID`, `DUPLICATE_HANDLER`, `DUPLICATE_CONDITION`.
 * Bindings are loaded at once, in the background: see `ready`.
 */
export function createBookend(options: BookendOptions): Bookend {
  const { bindings: store, directories = {}, outbox, logger = silentLogger, clock = () => new Date() } = options;
  const registry = createRegistry(options.handlers, [...baseConditions, ...(options.conditions ?? [])]);
  const events = new Set(options.events);
  const context: CompileContext = { registry, directories, durable: outbox !== undefined };
  const audit = options.audit && "sink" in options.audit ? options.audit : { sink: options.audit, required: false };
  const environment: DispatchEnvironment = {
    directories,
    sink: audit.sink,
    auditRequired: audit.required,
    logger,
    clock,
    actionTimeoutMs: options.actionTimeoutMs ?? defaultActionTimeoutMs,
    inline: inlineOutbox(),
    durable: outbox,
    url: options.url,
    browserOf: options.browserOf,
  };
  outbox?.register?.(sendersOf(options));

  let plan: Plan | undefined;
  let closed = false;
  let reloading: Promise<void> | undefined;
  let stale = false;

  const load = async () => {
    try {
      do {
        stale = false;
        const bindings = await Promise.resolve().then(() => store.list());
        plan = createPlan(bindings, context);
      } while (stale && !closed);
    } finally {
      reloading = undefined;
    }
  };
  /** One load at a time; a change that comes while one is under way makes it read once more. */
  const reload = (): Promise<void> => {
    stale = true;
    reloading ??= load();
    return reloading;
  };
  const reloadInBackground = () => {
    reload().catch((error: unknown) => {
      logger.error({ error: faultOf(error), frames: framesOf(error) }, "bindings cannot be read");
    });
  };
  const unsubscribe = store.subscribe(reloadInBackground);
  reloadInBackground();
  const ready = async () => {
    if (!plan) await reload();
  };

  const tracedDispatch = (eventPlan: EventPlan, call: Call, next: NextCall) =>
    callChannel.tracePromise(async () => dispatch(eventPlan, call, next, environment), { call });

  const handle: Bookend["handle"] = (call, next) => {
    if (plan === undefined || closed) return handleLater(call, next);
    const eventPlan = plan.events.get(call.event);
    if (eventPlan === undefined || insideAction.getStore()) return next(call, false);
    if (callChannel.start.hasSubscribers) return tracedDispatch(eventPlan, call, next);
    return dispatch(eventPlan, call, next, environment);
  };
  const handleLater = async (call: Call, next: NextCall): Promise<CallResponse> => {
    if (closed) throw new BookendError("BOOKEND_CLOSED", "This Bookend was closed.");
    await ready();
    return handle(call, next);
  };

  const check = async (input: BindingInput): Promise<readonly Problem[]> => {
    const problems = checkFields(input);
    if (problems.length > 0) return problems;
    return checkBinding({ ...completeBinding(input), id: 0 }, context, events);
  };

  return {
    handle,
    recordCall: (entry) => recordCall(entry, environment),
    registry,
    events,
    ready,
    reload,
    declareEvents(names) {
      for (const name of names) events.add(name);
    },
    async explain(call) {
      await ready();
      return explainPlan(plan as Plan, call, directories, clock);
    },
    async check(input) {
      if (input) return check(input);
      await ready();
      const problems: Problem[] = [];
      for (const { binding } of (plan as Plan).bindings) {
        for (const problem of await checkBinding(binding, context, events)) {
          problems.push({ ...problem, field: `binding ${binding.id}: ${problem.field}` });
        }
      }
      return problems;
    },
    bindings: createBindings({
      store,
      check,
      reload,
      async listed(): Promise<readonly Binding[]> {
        await ready();
        return (plan as Plan).bindings.map(({ binding }) => binding);
      },
    }),
    close() {
      closed = true;
      unsubscribe();
    },
  };
}

function sendersOf({ handlers }: BookendOptions): ReadonlyMap<string, Sender<JsonValue>> {
  const senders = new Map<string, Sender<JsonValue>>();
  for (const handler of handlers) {
    for (const kind of handler.deliveries ?? []) senders.set(`${handler.id}/${kind.name}`, kind.send);
  }
  return senders;
}
