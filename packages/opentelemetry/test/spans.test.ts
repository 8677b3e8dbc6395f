import { tracingChannel } from "node:diagnostics_channel";
import { type Bookend, createBookend, createCall, defineHandler, failed, memoryBindings } from "@bookend/core";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BookendSpans, bookendSpans } from "../src/index.js";

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = tracerProvider.getTracer("test");
const options = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
const schema = { options, optionsJsonSchema: {} };

const handler = defineHandler({
  id: "Test",
  description: "Traces what it does.",
  positions: ["post"],
  actions: {
    work: {
      ...schema,
      description: "Creates a span after a wait.",
      async run() {
        await Promise.resolve();
        tracer.startSpan("inside").end();
      },
    },
    failed: { ...schema, description: "Fails.", run: () => failed("there is no suitable object") },
    fault: {
      ...schema,
      description: "Throws.",
      run: () => {
        throw new Error("password: hunter2");
      },
    },
  },
});

let spans: BookendSpans;
let bookend: Bookend;

beforeEach(async () => {
  spans = bookendSpans({ tracerProvider });
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), logger });
  for (const action of ["work", "failed", "fault"]) {
    await bookend.bindings.add({ name: action, events: ["e"], handler: "Test", action });
  }
});

afterEach(() => {
  bookend.close();
  spans.close();
  context.disable();
  propagation.disable();
  exporter.reset();
});

const handle = () =>
  bookend.handle(createCall({ event: "e", request: { clientIp: "10.0.0.1" } }), () => ({ status: 200, body: {} }));

/** Returns the finished spans as `name < parent's name`. */
function tree(): string[] {
  const finished = exporter.getFinishedSpans();
  const names = new Map(finished.map((span) => [span.spanContext().spanId, span.name]));
  return finished
    .map(({ name, parentSpanContext }) => `${name} < ${names.get(parentSpanContext?.spanId ?? "")}`)
    .sort();
}

test("the spans of a call with three actions are nested, as are the spans that an action creates", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const server = tracer.startSpan("server");
  await context.with(trace.setSpan(context.active(), server), handle);
  await context.with(trace.setSpan(context.active(), server), handle);
  server.end();
  expect(tree().filter((line, index, all) => all.indexOf(line) === index)).toEqual([
    "Test:failed < bookend e",
    "Test:fault < bookend e",
    "Test:work < bookend e",
    "bookend e < server",
    "inside < Test:work",
    "server < undefined",
  ]);
  expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).size).toBe(1);
});

test("without a context manager, actions are below their call, and spans that actions create are separate", async () => {
  await handle();
  expect(tree()).toEqual([
    "Test:failed < bookend e",
    "Test:fault < bookend e",
    "Test:work < bookend e",
    "bookend e < undefined",
    "inside < undefined",
  ]);
});

test("a span contains the outcome of its action, but not the message of a fault", async () => {
  await handle();
  const byName = new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
  expect(byName.get("Test:work")?.attributes).toMatchObject({ "bookend.outcome": "done", "bookend.event": "e" });
  expect(byName.get("Test:failed")).toMatchObject({
    attributes: { "bookend.outcome": "failed" },
    status: { code: SpanStatusCode.ERROR },
  });
  expect(byName.get("Test:fault")).toMatchObject({
    attributes: { "error.type": "Error" },
    status: { code: SpanStatusCode.ERROR },
  });
  const all = exporter.getFinishedSpans().map(({ attributes, events, status }) => ({ attributes, events, status }));
  expect(JSON.stringify(all)).not.toContain("hunter2");
});

test("a delivery that is attempted later belongs to the trace of its call", async () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const delivery = { id: "dlv_1", kind: "Webhook/post", destination: "https://hooks.example", traceparent };
  const attempt = { delivery, attempt: 2, queuedMs: 5, outcome: "sent" };
  await tracingChannel("bookend.delivery").tracePromise(async () => undefined, attempt);
  const [span] = exporter.getFinishedSpans();
  expect(span?.spanContext().traceId).toBe("0af7651916cd43dd8448eb211c80319c");
  expect(span?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
  expect(span?.attributes).toMatchObject({ "bookend.delivery.attempt": 2, "bookend.outcome": "sent" });
});

test("spans that have begun before close still end, and are the last", async () => {
  let start: () => void = () => undefined;
  let finish: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const running = bookend.handle(createCall({ event: "e" }), async () => {
    start();
    await finished;
    return { status: 200, body: {} };
  });
  await started;
  spans.close();
  finish();
  await running;
  const calls = () => exporter.getFinishedSpans().filter(({ name }) => name === "bookend e");
  expect(calls()).toHaveLength(1);
  await handle();
  expect(calls()).toHaveLength(1);
});

test("no span is created after close", async () => {
  spans.close();
  await handle();
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["inside"]);
});
