import { z } from "zod";
import type { Fault } from "./fault.js";
import { proxy, thenable, trap } from "./hostile-objects.js";
import { action, described, schema, schemaFault } from "./make-fault.js";

/** Faults of conditions, lookups and schemas caused by objects that pretend to be something else. */
export const hostileDefinitionFaults: readonly Fault[] = [
  {
    name: "matches returns an object that is false",
    error: ["BookendError", "CONDITION_INVALID"],
    condition: { matches: () => new Boolean(false) as never },
  },
  {
    name: "actual returns a proxy",
    error: ["TypeError", "UNKNOWN"],
    condition: { actual: () => proxy, matches: () => true },
  },
  { name: "actual returns a bigint", error: undefined, condition: { actual: () => 1n, matches: () => true } },
  { name: "actual returns a symbol", error: undefined, condition: { actual: () => Symbol("x"), matches: () => true } },
  {
    name: "actual returns an object with a cycle",
    error: undefined,
    condition: {
      actual: () => {
        const a: Record<string, unknown> = {};
        a.a = a;
        return a;
      },
      matches: () => true,
    },
  },
  {
    name: "actual returns a promise-like that never settles",
    error: ["BookendError", "CONDITION_TIMEOUT"],
    condition: { actual: () => thenable(() => undefined) },
  },
  {
    name: "actual returns ten million characters",
    error: undefined,
    condition: { actual: () => "x".repeat(10_000_000), matches: () => true },
  },
  {
    name: "a lookup returns a proxy",
    error: ["TypeError", "UNKNOWN"],
    conditions: { tokentype: "hotp" },
    tokens: { find: () => proxy as never },
  },

  schemaFault(
    "returns a promise-like that never settles",
    schema(() => thenable(() => undefined)),
  ),
  schemaFault(
    "returns a proxy",
    schema(() => proxy),
  ),
  schemaFault(
    "returns an empty list of issues",
    schema(() => ({ issues: [] })),
  ),
  schemaFault(
    "returns issues that throw",
    schema(() => trap("issues")),
  ),
  schemaFault(
    "returns an issue whose message throws",
    schema(() => ({ issues: [trap("message")] })),
  ),
  schemaFault(
    "returns an issue whose path is a proxy",
    schema(() => ({ issues: [{ message: "x", path: proxy }] })),
  ),
  {
    name: "a schema returns options that are a proxy",
    error: ["BookendError", "ACTION_INVALID"],
    problem: "HANDLER_FAULT",
    options: { a: "x" },
    actions: () => action(({ options }) => void options.a, { options: schema(() => ({ value: proxy })), ...described }),
  },
  {
    name: "a schema returns options of which one throws",
    error: ["TypeError", "UNKNOWN"],
    options: { a: "x" },
    actions: () =>
      action(({ options }) => void options.a, { options: schema(() => ({ value: trap("a") })), ...described }),
  },
  {
    name: "a schema returns options with symbols as names",
    error: undefined,
    options: { a: "x" },
    actions: () =>
      action(() => undefined, { options: schema(() => ({ value: { [Symbol("a")]: { b: 1 } } })), ...described }),
  },
  {
    name: "a schema of zod has a transformation to a class",
    error: undefined,
    options: { a: "x" },
    actions: () =>
      action(() => undefined, { options: z.object({ a: z.string().transform((a) => new URL(`http://${a}`)) }) }),
  },
];
