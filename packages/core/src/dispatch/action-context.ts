import type { AuditRecord } from "../contracts/audit.js";
import type { Position } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import type { AnyDeliveryKind, DeliverOptions, DeliveryKind } from "../contracts/delivery.js";
import { BookendError } from "../contracts/errors.js";
import type { ActionContext, RenderOptions } from "../definitions/handler.js";
import type { Facts } from "../facts/facts.js";
import type { LazyAbort } from "../internal/lazy-abort.js";
import { resolveTags } from "../templates/tags.js";
import type { Template } from "../templates/template.js";
import type { ActionEnvironment } from "./action-environment.js";
import { makeDelivery } from "./make-delivery.js";
import type { PlannedBinding } from "./plan.js";

const abortOf = Symbol("abort");

/**
 * The property `signal` of all contexts. A getter in the object literal would create a new function, and thus a new
 * hidden class, for each context, which takes ten times as long. It is not on a prototype, so that copies of a context
 * (`{ ...context }`) also have it.
 */
const signalProperty = {
  enumerable: true,
  get(this: { readonly [abortOf]: LazyAbort }): AbortSignal {
    return this[abortOf].signal;
  },
};

/** Creates the input of an action. */
export function createActionContext(
  planned: PlannedBinding,
  facts: Facts,
  environment: ActionEnvironment,
  abort: LazyAbort,
  record: AuditRecord | undefined,
): ActionContext<unknown> {
  const { call } = facts;
  const { binding, options } = planned;
  const context: Omit<ActionContext<unknown>, "signal"> & { readonly [abortOf]: LazyAbort } = {
    [abortOf]: abort,
    options,
    call,
    position: binding.position,
    binding: Object.freeze({ id: binding.id, name: binding.name }),
    facts,
    logger: environment.logger,
    now: environment.clock,
    render: (template, options) => ignorable(renderTemplate(template, options, binding.position, facts, environment)),
    deliver: (kind, payload, options) =>
      ignorable(submit(kind, payload, options, { planned, call, environment, abort, record })),
  };
  return Object.defineProperty(context, "signal", signalProperty) as typeof context & { readonly signal: AbortSignal };
}

async function renderTemplate(
  template: Template,
  { escape: escapeValue, values = {} }: RenderOptions = {},
  position: Position,
  facts: Facts,
  { url, browserOf, tags }: ActionEnvironment,
): Promise<string> {
  const context = { facts, position, url, browserOf };
  return template.render(await resolveTags(template, context, values, tags.tags), escapeValue);
}

/** The action that submits a delivery. */
interface Sender {
  readonly planned: PlannedBinding;
  readonly call: Call;
  readonly environment: ActionEnvironment;
  readonly abort: LazyAbort;
  readonly record: AuditRecord | undefined;
}

async function submit<P>(
  kind: DeliveryKind<P>,
  payload: P,
  options: DeliverOptions = {},
  { planned: { binding, handler }, call, environment, abort, record }: Sender,
) {
  const outbox = binding.delivery === "durable" ? environment.durable : environment.inline;
  if (!outbox || !handler?.deliveries?.includes(kind)) {
    const name = `${binding.handler}/${kind.name}`;
    throw new BookendError("DELIVERY_UNKNOWN", `${name} is not among the deliveries of its handler.`);
  }
  const known = kind as unknown as AnyDeliveryKind;
  const delivery = makeDelivery(known, payload, options, { binding, call, now: environment.clock() });
  return outbox.submit(delivery, { kind: known, signal: abort.signal, transaction: record });
}

/** Returns a promise that an action may ignore: without a handler, its rejection would end the process. */
function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
