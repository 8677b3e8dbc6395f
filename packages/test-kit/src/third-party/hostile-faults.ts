import type { ActionContext } from "@bookend/core";
import type { Fault } from "./fault.js";
import { nested, proxy, revoked, thenable, trap, Written } from "./hostile-objects.js";
import { action, delivery, leaves, never, payload, returns, thrown } from "./make-fault.js";

const throws = (name: string, what: () => unknown, error: readonly [string, string]): Fault => ({
  name: `an action throws ${name}`,
  error,
  actions: () =>
    action(() => {
      throw what();
    }),
});

/** Returns a function that creates an error with one unreadable field. */
const locked = (field: string) => () =>
  Object.defineProperty(new RangeError("the password is hunter2"), field, { get: thrown });

const does = (
  name: string,
  run: (context: ActionContext<Record<string, unknown>>) => unknown,
  error: Fault["error"],
  more: Partial<Fault> = {},
): Fault => ({ name: `an action ${name}`, error, actions: () => action(run), ...more });

const endless = { ...delivery, send: never };

const callInvalid = ["BookendError", "CALL_INVALID"] as const;
const pre = { position: "pre" } as const;

/**
 * Faults of actions caused by objects that pretend to be something else: proxies, getters, thenables, frozen and
 * changed parts of a call.
 */
export const hostileFaults: readonly Fault[] = [
  throws("null", () => null, ["object", "UNKNOWN"]),
  throws("undefined", () => undefined, ["undefined", "UNKNOWN"]),
  throws("a symbol", () => Symbol("hunter2"), ["symbol", "UNKNOWN"]),
  throws("a frozen error", () => Object.freeze(new RangeError("the password is hunter2")), ["RangeError", "UNKNOWN"]),
  throws("an error whose message throws", locked("message"), ["RangeError", "UNKNOWN"]),
  throws("an error whose stack throws", locked("stack"), ["RangeError", "UNKNOWN"]),
  throws("an error whose code throws", locked("code"), ["Error", "UNKNOWN"]),
  throws("an error whose name throws", locked("name"), ["Error", "UNKNOWN"]),
  throws("a proxy", () => proxy, ["Error", "UNKNOWN"]),
  throws("a revoked proxy", revoked, ["Error", "UNKNOWN"]),
  {
    ...returns(
      "a promise-like that never settles",
      thenable(() => undefined),
    ),
    error: ["BookendError", "ACTION_TIMEOUT"],
    actions: () => action(() => thenable(() => undefined), { timeoutMs: 20 }),
  },
  { ...returns("a promise-like that throws", thenable(thrown)), error: ["TypeError", "UNKNOWN"] },
  { ...returns("a proxy", proxy), error: ["TypeError", "UNKNOWN"] },
  { ...returns("a revoked proxy", revoked()), error: ["TypeError", "UNKNOWN"] },
  { ...returns("a status that throws", trap("status")), error: ["TypeError", "UNKNOWN"] },
  { ...returns("details that throw", { status: "done", details: trap("a") }), error: ["TypeError", "UNKNOWN"] },
  {
    name: "an action is a generator",
    error: ["BookendError", "OUTCOME_INVALID"],
    actions: () =>
      action(function* () {
        yield 1;
      }),
  },
  {
    name: "an action is an asynchronous generator",
    error: ["BookendError", "OUTCOME_INVALID"],
    actions: () =>
      action(async function* () {
        yield 1;
      }),
  },
  returns("a list", [1]),
  returns("a symbol", Symbol("x")),
  returns("a function", () => undefined),
  returns("details with a date", { status: "done", details: { at: new Date() } }),
  returns("details that are nested too deep", { status: "done", details: nested(100) }),
  returns("details of two million characters", { status: "done", details: { text: "x".repeat(2_000_000) } }),
  returns("a reason that is a proxy", { status: "failed", reason: proxy }),

  does("freezes the call", ({ call }) => void Object.freeze(call), callInvalid, pre),
  does("freezes the request", ({ call }) => void Object.freeze(call.request), callInvalid, pre),
  does("freezes the parameters", ({ call }) => void Object.freeze(call.request.parameters), undefined, pre),
  does("freezes the notes", ({ call }) => void Object.freeze(call.notes), callInvalid, pre),
  does("freezes the call at the post position", ({ call }) => void Object.freeze(call), callInvalid),
  does("freezes the response", ({ call }) => void Object.freeze(call.response), undefined),
  does("freezes the body", ({ call }) => void Object.freeze(call.response?.body), undefined),
  does(
    "makes the notes throw",
    ({ call }) => void Object.defineProperty(call.notes, "user", { get: thrown }),
    callInvalid,
  ),
  does(
    "makes a field of the notes that is named by a symbol throw",
    ({ call }) => void Object.defineProperty(call.notes, Symbol("x"), { get: thrown, enumerable: true }),
    callInvalid,
  ),
  does(
    "makes the serial in the notes an object",
    ({ call }) => void Object.assign(call.notes, { serial: {} }),
    callInvalid,
  ),
  does(
    "makes the parameters throw",
    ({ call }) => void Object.assign(call.request, { parameters: proxy }),
    callInvalid,
    pre,
  ),
  does(
    "makes one parameter throw",
    ({ call }) => void Object.defineProperty(call.request.parameters, "serial", { get: thrown }),
    callInvalid,
    pre,
  ),
  does("makes the headers throw", ({ call }) => void Object.assign(call.request, { headers: proxy }), callInvalid, pre),
  does("makes the user throw", ({ call }) => void Object.assign(call.request, { user: proxy }), callInvalid, pre),
  does(
    "makes the request throw",
    ({ call }) => void Object.defineProperty(call, "request", { get: thrown }),
    callInvalid,
    pre,
  ),
  does("makes the event throw", ({ call }) => void Object.defineProperty(call, "event", { get: thrown }), callInvalid),
  does(
    "makes the response throw",
    ({ call }) => void Object.defineProperty(call, "response", { get: thrown }),
    callInvalid,
  ),
  leaves("a proxy in call.response", proxy),
  leaves("a revoked proxy in call.response", revoked()),
  leaves("a status that is not a number", { status: Number.NaN, body: {} }),
  leaves("headers that are a map", { status: 200, headers: new Map([["a", "b"]]), body: {} }),
  leaves("headers that throw", { status: 200, headers: proxy, body: {} }),
  leaves("a body whose field throws", { status: 200, body: trap("a") }),
  leaves("a body that is a proxy", { status: 200, body: proxy }),
  leaves("a body nested a hundred thousand levels deep", { status: 200, body: nested(100_000) }),
  leaves("a body whose toJSON throws", { status: 200, body: new Written(thrown) }),
  leaves("a body whose toJSON returns undefined", { status: 200, body: new Written(() => undefined) }),
  leaves("a body whose toJSON returns a bigint", { status: 200, body: new Written(() => 1n) }),
  leaves("a body with a pipe method that does nothing", { status: 200, body: { pipe: () => undefined } }),
  leaves("a body of a class with a pipe method that does nothing", {
    status: 200,
    body: new (class {
      pipe() {}
    })(),
  }),

  does("changes the logger", ({ logger }) => void Object.assign(logger, { warn: thrown }), ["TypeError", "UNKNOWN"]),
  does("changes the facts", ({ facts }) => void Object.assign(facts, { call: {}, directories: {} }), [
    "TypeError",
    "UNKNOWN",
  ]),
  does("changes a fact's method", ({ facts }) => void Object.assign(facts, { token: thrown, user: thrown }), [
    "TypeError",
    "UNKNOWN",
  ]),
  does("renders something that is not a template", ({ render }) => render("{serial}" as never), [
    "TypeError",
    "UNKNOWN",
  ]),
  does("renders undefined", ({ render }) => render(undefined as never), ["TypeError", "UNKNOWN"]),
  does("delivers undefined", ({ deliver }) => deliver(undefined as never, {} as never), ["TypeError", "UNKNOWN"]),
  { ...payload("a proxy", proxy), error: ["TypeError", "UNKNOWN"] },
  payload("an object with a method", { a: () => undefined }),
  {
    name: "a sender never ends",
    error: ["BookendError", "ACTION_TIMEOUT"],
    deliveries: [endless],
    actions: () => action(({ deliver }) => deliver(endless, {}), { timeoutMs: 20 }),
  },
];
