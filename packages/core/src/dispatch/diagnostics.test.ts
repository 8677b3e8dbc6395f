import { channel, tracingChannel } from "node:diagnostics_channel";
import { afterEach, expect, test } from "vitest";
import { createBookend } from "../create-bookend.js";
import {
  type ActionTrace,
  type AuditSink,
  type AuditTrace,
  type Binding,
  type BindingsTrace,
  createCall,
  defineHandler,
  memoryBindings,
  type UnknownConditionTrace,
} from "../index.js";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Collects the messages of a channel. */
function heard<T>(name: string): T[] {
  const messages: T[] = [];
  const listen = (message: unknown) => void messages.push(message as T);
  channel(name).subscribe(listen);
  ends.push(() => channel(name).unsubscribe(listen));
  return messages;
}

const options = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;

const handler = defineHandler({
  id: "Test",
  description: "Has one action that ends and one that never does.",
  positions: ["post"],
  actions: {
    done: { description: "Ends immediately.", options, optionsJsonSchema: {}, run: () => undefined },
    late: {
      description: "Never ends.",
      options,
      optionsJsonSchema: {},
      timeoutMs: 5,
      run: () => new Promise<undefined>(() => undefined),
    },
  },
});

function bookendWith(sink?: AuditSink) {
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(),
    logger,
    ...(sink && { audit: sink }),
  });
  ends.push(() => bookend.close());
  return bookend;
}

const call = () => createCall({ event: "e", request: { clientIp: "10.0.0.1" } });
const respond = () => ({ status: 200, body: {} });

test("subscribers receive ACTION_TIMEOUT if an action exceeds its time limit", async () => {
  const bookend = bookendWith();
  await bookend.bindings.add({ name: "late", events: ["e"], handler: "Test", action: "late" });
  const errors: (ActionTrace & { error: unknown })[] = [];
  const ignore = () => undefined;
  const subscribers = {
    start: ignore,
    end: ignore,
    asyncStart: ignore,
    asyncEnd: ignore,
    error: (message: ActionTrace & { error: unknown }) => void errors.push(message),
  };
  const tracing = tracingChannel<"bookend.action", ActionTrace>("bookend.action");
  tracing.subscribe(subscribers);
  ends.push(() => tracing.unsubscribe(subscribers));
  await bookend.handle(call(), respond);
  expect(errors).toMatchObject([{ action: "Test:late", error: { code: "ACTION_TIMEOUT" } }]);
});

test("subscribers learn of conditions for which the call has no value", async () => {
  const bookend = bookendWith();
  const input = { events: ["e"], handler: "Test", action: "done" };
  await bookend.bindings.add({ ...input, name: "a", conditions: { detail_message: "hello" } });
  await bookend.bindings.add({ ...input, name: "b", conditions: { client_ip: "10.0.0.1" } });
  const unknown = heard<UnknownConditionTrace>("bookend.condition.unknown");
  await bookend.handle(call(), respond);
  expect(unknown.map(({ condition }) => condition)).toEqual(["detail_message"]);
});

test("subscribers learn how many bindings are in force, and that none are once the Bookend is closed", async () => {
  const received = heard<BindingsTrace>("bookend.bindings");
  const bookend = bookendWith();
  const input = { events: ["e"], handler: "Test", action: "done" };
  await bookend.bindings.add({ ...input, name: "a" });
  await bookend.bindings.add({ ...input, name: "b", active: false });
  expect(received.at(-1)).toMatchObject({ active: 1, inactive: 1, broken: 0 });
  expect(received.at(-1)?.durationMs).toBeGreaterThan(0);
  bookend.close();
  expect(received.at(-1)).toMatchObject({ active: 0, inactive: 0, source: received[0]?.source });
});

test("subscribers learn whether the audit sink wrote its entries", async () => {
  let failing = false;
  const write = async () => {
    if (failing) throw new Error("disk full");
  };
  const record = { success: write, failure: write };
  const bookend = bookendWith({
    begin: async () => {
      await write();
      return record;
    },
  });
  await bookend.bindings.add({ name: "a", events: ["e"], handler: "Test", action: "done" });
  const received = heard<AuditTrace>("bookend.audit");
  await bookend.handle(call(), respond);
  expect(received.map(({ outcome }) => outcome)).toEqual(["written", "written"]);
  expect(received[0]?.durationMs).toBeGreaterThanOrEqual(0);
  failing = true;
  await bookend.handle(call(), respond);
  expect(received.slice(2)).toEqual([{ outcome: "failed" }]);
});

test("a Bookend that is closed while it reads bindings does not report these bindings afterwards", async () => {
  const inner = memoryBindings();
  let read: (() => void) | undefined;
  const store = {
    ...inner,
    list: () =>
      new Promise<readonly Binding[]>((resolve) => {
        read = () => resolve(inner.list());
      }),
  };
  const received = heard<BindingsTrace>("bookend.bindings");
  const bookend = createBookend({ handlers: [handler], bindings: store });
  const ready = bookend.ready();
  await expect.poll(() => read).toBeDefined();
  bookend.close();
  read?.();
  await ready;
  expect(received).toMatchObject([{ durationMs: 0, active: 0, inactive: 0, broken: 0 }]);
});

test("subscribers learn of a change that comes into force while the bindings cannot be read", async () => {
  const inner = memoryBindings();
  let fails = false;
  const list = () => {
    if (fails) throw new Error("gone");
    return inner.list();
  };
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const bookend = createBookend({ handlers: [handler], bindings: { ...inner, list }, logger });
  ends.push(() => bookend.close());
  await bookend.ready();
  const received = heard<BindingsTrace>("bookend.bindings");
  fails = true;
  await bookend.bindings.add({ name: "a", events: ["e"], handler: "Test", action: "done" });
  expect(received).toMatchObject([{ active: 1 }]);
});
