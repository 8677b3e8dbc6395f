import type { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import type { ActionTrace, Call, CallTrace } from "@bookend/core";
import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { contextStorage } from "./context-storage.js";

/** Options of {@link bookendSpans}. */
export interface SpansOptions {
  /**
   * Provides the tracer that creates the spans. Default: the provider that is registered globally when a span begins.
   */
  readonly tracerProvider?: TracerProvider | undefined;
}

/** The result of {@link bookendSpans}. */
export interface BookendSpans {
  /** Stops creating spans. Those that have begun end with their operations. */
  close(): void;
}

/** The message of a tracing channel, which adds the thrown error. */
type Ended<T> = T & { readonly error?: unknown };

/** An attempt, as published on the tracing channel `bookend.delivery`. */
interface DeliveryTry {
  readonly delivery: {
    readonly id: string;
    readonly kind: string;
    readonly destination: string;
    readonly traceparent?: string;
  };
  readonly attempt: number;
  readonly outcome?: string;
}

/** Describes how operations of one kind are traced. */
interface SpanShape<T extends object> {
  readonly channel: string;
  readonly name: (message: T) => string;
  readonly kind: SpanKind;
  readonly attributes: (message: T) => Attributes;
  /** The context in which the span begins. */
  readonly parent: (message: T) => Context;
  readonly began?: (message: T, within: Context) => void;
  readonly outcome: (message: T) => string | undefined;
}

/** Creates spans for the calls, actions and deliveries of every Bookend in this process. */
export function bookendSpans({ tracerProvider }: SpansOptions = {}): BookendSpans {
  const tracer = () => (tracerProvider ?? trace).getTracer("@bookend/opentelemetry");
  const contexts = new WeakMap<Call, Context>();
  const followed: Followed[] = [];
  const bindAll = () => {
    for (const { bind } of followed) bind();
  };
  followed.push(
    follow<CallTrace>(tracer, bindAll, {
      channel: "bookend.call",
      name: ({ call }) => `bookend ${call.event}`,
      kind: SpanKind.INTERNAL,
      attributes: ({ call }) => ({ "bookend.event": call.event, "bookend.call.id": call.id }),
      parent: () => context.active(),
      began: ({ call }, within) => contexts.set(call, within),
      outcome: () => undefined,
    }),
    follow<ActionTrace>(tracer, bindAll, {
      channel: "bookend.action",
      name: ({ action }) => action,
      kind: SpanKind.INTERNAL,
      attributes: ({ call, action, bindingId }) => ({
        "bookend.event": call.event,
        "bookend.call.id": call.id,
        "bookend.action": action,
        "bookend.binding.id": bindingId,
      }),
      parent: ({ call }) => contexts.get(call) ?? context.active(),
      outcome: (message) => message.outcome,
    }),
    follow<DeliveryTry>(tracer, bindAll, {
      channel: "bookend.delivery",
      name: ({ delivery }) => `deliver ${delivery.kind}`,
      kind: SpanKind.PRODUCER,
      attributes: ({ delivery, attempt }) => ({
        "bookend.delivery.id": delivery.id,
        "bookend.delivery.kind": delivery.kind,
        "bookend.delivery.destination": delivery.destination,
        "bookend.delivery.attempt": attempt,
      }),
      parent: ({ delivery: { traceparent } }) => {
        const active = context.active();
        // an attempt of the outbox runs outside its call; the span of the request's sender is the nearest known parent
        return traceparent === undefined || trace.getSpan(active) !== undefined
          ? active
          : propagation.extract(active, { traceparent });
      },
      outcome: (message) => message.outcome,
    }),
  );
  bindAll();
  return {
    close() {
      for (const { end } of followed) end();
    },
  };
}

/** A tracing channel whose operations become spans. */
interface Followed {
  /** Makes spans active during their operations as soon as a context manager is registered. */
  bind(): void;
  end(): void;
}

/** Creates a span for each operation of a tracing channel. */
function follow<T extends object>(tracer: () => Tracer, bindAll: () => void, shape: SpanShape<T>): Followed {
  const channel = tracingChannel<Context, T>(shape.channel);
  const spans = new WeakMap<T, Span>();
  let running = 0;
  let isClosed = false;
  const begin = (message: T): Context => {
    const parent = shape.parent(message);
    const { kind } = shape;
    const span = tracer().startSpan(shape.name(message), { kind, attributes: shape.attributes(message) }, parent);
    spans.set(message, span);
    running += 1;
    const within = trace.setSpan(parent, span);
    shape.began?.(message, within);
    return within;
  };
  let bound: AsyncLocalStorage<Context> | undefined;
  const bind = () => {
    const storage = contextStorage();
    if (storage === bound) return;
    if (bound !== undefined) channel.start.unbindStore(bound);
    bound = storage;
    if (storage !== undefined) channel.start.bindStore(storage, begin);
  };
  const ignore = () => undefined;
  const subscribers = {
    start(message: T) {
      // transforms of bound stores run before subscribers; without a bound store, the span begins here
      if (isClosed) return;
      if (!spans.has(message)) begin(message);
      bindAll();
    },
    end: ignore,
    asyncStart: ignore,
    asyncEnd(message: T) {
      const span = spans.get(message);
      if (span === undefined) return;
      endSpan(span, shape.outcome(message), (message as Ended<T>).error);
      running -= 1;
      if (isClosed && running === 0) channel.unsubscribe(subscribers);
    },
    error: ignore,
  };
  channel.subscribe(subscribers);
  return {
    bind,
    end() {
      isClosed = true;
      if (running === 0) channel.unsubscribe(subscribers);
      if (bound !== undefined) channel.start.unbindStore(bound);
    },
  };
}

function endSpan(span: Span, outcome: string | undefined, error: unknown): void {
  if (outcome !== undefined) span.setAttribute("bookend.outcome", outcome);
  if (error !== undefined) {
    // only class and code, since the message may contain a secret
    const { name, code } = faultOf(error);
    span.setAttribute("error.type", code ?? name);
    span.setStatus({ code: SpanStatusCode.ERROR });
  } else if (outcome === "failed" || outcome === "uncertain") {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function faultOf(error: unknown): { readonly name: string; readonly code: string | undefined } {
  if (!(error instanceof Error)) return { name: typeof error, code: undefined };
  const code: unknown = Reflect.get(error, "code");
  return { name: error.name, code: typeof code === "string" ? code : undefined };
}
