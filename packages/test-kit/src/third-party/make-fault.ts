import type { ActionContext, Handler } from "@bookend/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import type { Fault } from "./fault.js";

/** The function of an action. It may return anything, unlike that of a correct action. */
export type Run = (context: ActionContext<Record<string, unknown>>) => unknown;

/** Returns a promise that never settles. */
export const never = () => new Promise<never>(() => undefined);
/** Returns a promise that rejects with an error whose message contains a secret. */
export const rejected = () => Promise.reject(new TypeError("the password is hunter2"));
/** Fails with an error whose message contains a secret. */
export const thrown = (): never => {
  throw new TypeError("the password is hunter2");
};
const anything = z.looseObject({});

/** Returns the actions of a handler: a single one, whose `run` may return anything. */
export function action(run: Run, more: object = {}): Handler["actions"] {
  return { break: { description: "", options: anything, timeoutMs: 500, run, ...more } as Handler["actions"][string] };
}

/** Returns a Standard Schema whose validation is the given function. */
export function schema(validate: (value: unknown) => unknown): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate: validate as never } };
}

/** The JSON Schema that an action must provide if its options schema was not created by a library. */
export const described = { optionsJsonSchema: { type: "object", properties: { a: {} } } };
/** An object that contains itself. */
export const cycle: Record<string, unknown> = {};
cycle.self = cycle;
/** An error that cannot be inspected. */
export const hostile = new Proxy(new Error("x"), { get: thrown, getPrototypeOf: thrown });
/** A delivery whose sender returns something that is not a result. */
export const delivery = { name: "mail", send: () => "sent" as never };

/** Creates the fault of an action that leaves this value in `call.response`. */
export const leaves = (name: string, response: unknown): Fault => ({
  name: `an action leaves ${name}`,
  error: ["BookendError", "CALL_INVALID"],
  actions: () => action(({ call }) => void Object.assign(call, { response })),
});

/** Creates the fault of an action that returns this value. */
export const returns = (name: string, value: unknown): Fault => ({
  name: `an action returns ${name}`,
  error: ["BookendError", "OUTCOME_INVALID"],
  actions: () => action(() => value),
});

/** Creates the fault of a schema that breaks when stored options are checked. */
export const schemaFault = (name: string, options: StandardSchemaV1): Fault => ({
  name: `a schema ${name}`,
  error: ["BookendError", "ACTION_INVALID"],
  problem: "HANDLER_FAULT",
  options: { a: "x" },
  actions: () => action(() => undefined, { options, ...described }),
});

/** Creates the fault of a condition that has this function as `matches`. */
export const matches = (name: string, value: () => unknown): Fault => ({
  name: `matches returns ${name}`,
  error: ["BookendError", "CONDITION_INVALID"],
  condition: { matches: value as () => boolean },
});

/** Creates the fault of an action that submits a delivery with this payload. */
export const payload = (name: string, value: unknown): Fault => ({
  name: `a delivery's payload is ${name}`,
  error: ["BookendError", "DELIVERY_INVALID"],
  deliveries: [delivery],
  actions: () => action(({ deliver }) => deliver(delivery, value)),
});

/** Creates the fault of an action that makes the call invalid. */
export const request = (name: string, change: (call: Record<string, unknown>) => void): Fault => ({
  name: `an action ${name}`,
  error: ["BookendError", "CALL_INVALID"],
  actions: () => action(({ call }) => change(call as never)),
});
