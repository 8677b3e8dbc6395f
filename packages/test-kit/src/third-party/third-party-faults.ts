import { nameSet } from "@bookend/core";
import { z } from "zod";
import type { Fault } from "./fault.js";
import { hostileDefinitionFaults } from "./hostile-definition-faults.js";
import { hostileFaults } from "./hostile-faults.js";
import {
  action,
  cycle,
  delivery,
  hostile,
  leaves,
  matches,
  never,
  payload,
  rejected,
  request,
  returns,
  schema,
  schemaFault,
  thrown,
} from "./make-fault.js";

/** Ways in which third-party code breaks while a call runs. */
export const faults: readonly Fault[] = [
  { name: "an action throws", error: ["TypeError", "UNKNOWN"], actions: () => action(thrown) },
  { name: "an action rejects", error: ["TypeError", "UNKNOWN"], actions: () => action(rejected) },
  {
    name: "an action throws a string",
    error: ["string", "UNKNOWN"],
    actions: () =>
      action(() => {
        throw "the password is hunter2";
      }),
  },
  {
    name: "an action throws an object that cannot be inspected",
    error: ["Error", "UNKNOWN"],
    actions: () =>
      action(() => {
        throw hostile;
      }),
  },
  {
    name: "an action never ends",
    error: ["BookendError", "ACTION_TIMEOUT"],
    actions: () => action(never, { timeoutMs: 20 }),
  },
  returns("42", 42),
  returns("true", true),
  returns("an empty object", {}),
  returns("a Response", new Response("x")),
  returns("a failure without a reason", { status: "failed" }),
  returns("a reason that is an object", { status: "skipped", reason: {} }),
  returns("details with a cycle", { status: "done", details: cycle }),
  returns("details with a bigint", { status: "done", details: { count: 1n } }),
  returns("details that are a list", { status: "done", details: ["a"] }),
  {
    name: "an action changes its options",
    error: ["TypeError", "UNKNOWN"],
    options: { list: { a: ["x"] } },
    actions: () =>
      action(({ options }) => void (options.list as { a: string[] }).a.push("y"), {
        options: z.object({ list: z.object({ a: z.array(z.string()) }) }),
      }),
  },
  {
    name: "an action changes a set among its options",
    error: ["TypeError", "UNKNOWN"],
    options: { a: "x" },
    actions: () =>
      action(({ options }) => void (options as unknown as Set<string>).add("y"), {
        options: z.object({ a: z.string() }).transform(() => new Set(["x"])),
      }),
  },
  {
    name: "an action changes its binding",
    error: ["TypeError", "UNKNOWN"],
    actions: () => action(({ binding }) => void Object.assign(binding, { id: 7 })),
  },
  leaves("undefined in call.response", undefined),
  leaves("null in call.response", null),
  leaves("a number in call.response", 42),
  leaves("a response without a status", { body: {} }),
  leaves("a status that does not exist", { status: 42, body: {} }),
  leaves("a header with a line break", { status: 200, headers: { a: "b\r\nc: d" }, body: {} }),
  leaves("a header whose name is not valid", { status: 200, headers: { "a b": "c" }, body: {} }),
  leaves("a body that is a bigint", { status: 200, body: 1n }),
  leaves("a body that is a function", { status: 200, body: () => undefined }),
  leaves("a body that is a map", { status: 200, body: new Map() }),
  leaves("a body with a cycle", { status: 200, body: cycle }),
  {
    name: "an action breaks the body of the response",
    error: ["BookendError", "CALL_INVALID"],
    actions: () => action(({ call }) => void Object.assign(call.response?.body as object, { result: 1n })),
  },
  request("removes the request", (call) => {
    call.request = undefined;
  }),
  request("removes the notes", (call) => {
    call.notes = undefined;
  }),
  request("removes the parameters", (call) => {
    (call.request as { parameters: unknown }).parameters = null;
  }),
  request("leaves a user that is a string", (call) => {
    (call.request as { user: unknown }).user = "alice";
  }),
  payload("a map", new Map()),
  payload("a bigint", { count: 1n }),
  payload("a date", { at: new Date() }),
  payload("a cycle", cycle),
  {
    name: "a sender returns something that is not a result",
    error: ["BookendError", "DELIVERY_INVALID"],
    deliveries: [delivery],
    actions: () => action(({ deliver }) => deliver(delivery, { a: 1 })),
  },
  {
    name: "an action submits a delivery of another handler",
    error: ["BookendError", "DELIVERY_UNKNOWN"],
    actions: () => action(({ deliver }) => deliver(delivery, { a: 1 })),
  },
  matches("a promise of false", async () => false),
  matches("a promise that rejects", rejected),
  matches("a number", () => 1),
  matches("nothing", () => undefined),
  { name: "matches throws", error: ["TypeError", "UNKNOWN"], condition: { matches: thrown } },
  { name: "actual throws", error: ["TypeError", "UNKNOWN"], condition: { actual: thrown } },
  { name: "actual rejects", error: ["TypeError", "UNKNOWN"], condition: { actual: rejected } },
  { name: "actual never ends", error: ["BookendError", "CONDITION_TIMEOUT"], condition: { actual: never } },
  {
    name: "actual returns an object whose then throws",
    error: ["TypeError", "UNKNOWN"],
    condition: {
      actual: () => new Proxy({}, { get: (_, name) => (name === "then" ? thrown() : undefined) }),
    },
  },
  {
    name: "a lookup throws",
    error: ["TypeError", "UNKNOWN"],
    conditions: { tokentype: "hotp" },
    tokens: { find: thrown },
  },
  {
    name: "a lookup rejects",
    error: ["TypeError", "UNKNOWN"],
    conditions: { tokentype: "hotp" },
    tokens: { find: rejected },
  },
  {
    name: "a value type throws",
    error: ["BookendError", "ACTION_INVALID"],
    problem: "CONDITION_VALUE_INVALID",
    condition: { value: { ...nameSet({ of: "names" }), parse: thrown } },
  },
  {
    name: "a value type returns a promise",
    error: ["BookendError", "ACTION_INVALID"],
    problem: "CONDITION_VALUE_INVALID",
    condition: { value: { ...nameSet({ of: "names" }), parse: rejected } },
  },
  schemaFault("throws", schema(thrown)),
  schemaFault(
    "returns a promise",
    schema(async () => ({ value: {} })),
  ),
  schemaFault("returns a promise that rejects", schema(rejected)),
  schemaFault(
    "returns nothing",
    schema(() => undefined),
  ),
  schemaFault(
    "returns issues that are not a list",
    schema(() => ({ issues: 42 })),
  ),
  schemaFault(
    "returns an issue that is null",
    schema(() => ({ issues: [null] })),
  ),
  schemaFault("of zod throws in a transformation", z.object({ a: z.string().transform((text) => JSON.parse(text)) })),
  schemaFault("of zod has an asynchronous refinement", z.object({ a: z.string().refine(async () => true) })),
  {
    name: "a getter of actions throws",
    error: ["BookendError", "ACTION_INVALID"],
    problem: "HANDLER_FAULT",
    actions: (read) => (read === 0 ? action(() => undefined) : thrown()),
  },
  {
    name: "a getter of actions returns an action that is not valid",
    error: ["BookendError", "ACTION_INVALID"],
    problem: "HANDLER_FAULT",
    actions: (read) => action(() => undefined, read === 0 ? {} : { options: z.date() }),
  },
  ...hostileFaults,
  ...hostileDefinitionFaults,
];
