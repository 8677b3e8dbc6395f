import { binding, host, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import {
  AbortCall,
  type BindingInput,
  type CallNotes,
  type CallResponse,
  createCall,
  defineCondition,
  flag,
  memoryBindings,
} from "../index.js";

const asking = [
  { result_status: "False" },
  { detail_error_message: "no" },
  { even_if_failed: "True" },
] satisfies BindingInput["conditions"][];

const evenIfFailed = defineCondition({
  name: "even_if_failed",
  group: "general",
  description: "The call succeeded or failed.",
  value: flag(),
  asksAboutFailure: true,
  actual: () => true,
  matches: (wanted) => wanted,
});

const error = { result: { status: false, error: { message: "no" } } };

async function server(stored: readonly Partial<BindingInput>[]) {
  const ran: string[] = [];
  const act = ({ binding: { name } }: { binding: { name: string } }) => void ran.push(name);
  const abort = () => {
    throw new AbortCall("stop");
  };
  const inputs = stored.map((input) => binding({ action: "act", name: "plain", ...input }));
  const { bookend } = await host({ handlers: [probe({ act, abort })], conditions: [evenIfFailed], stored: inputs });
  const call = async (response: CallResponse, notes: CallNotes = {}) => {
    const made = createCall({ event: "login", notes });
    await bookend.handle(made, () => response);
    return made;
  };
  return { bookend, ran, call };
}

describe("a failed call", () => {
  const both = [{ name: "plain" }, { name: "asks", conditions: { even_if_failed: true } }];

  it.each<[string, CallResponse, CallNotes?]>([
    ["status 400", { status: 400, body: undefined }],
    ["status 500 whatever its body says", { status: 500, body: { result: { status: true } } }],
    ["result.status false", { status: 200, body: { result: { status: false } } }],
    ["a route that threw", { status: 200, body: { result: { status: true } } }, { failed: true }],
  ])("(%s) reaches only bindings with a condition on failure", async (_name, response, notes) => {
    const { ran, call } = await server(both);
    await call(response, notes);
    expect(ran).toEqual(["asks"]);
  });

  it.each<[string, CallResponse]>([
    ["status 399", { status: 399, body: undefined }],
    ["a rejected authentication", { status: 200, body: { result: { status: true, value: false } } }],
    ["a status that is not a boolean", { status: 200, body: { result: { status: 0 } } }],
    ["a stream", { status: 200, body: new ReadableStream() }],
  ])("is different from a call with %s, which reaches all bindings", async (_name, response) => {
    const { ran, call } = await server(both);
    await call(response);
    expect(ran).toEqual(["plain", "asks"]);
  });

  it.each(asking)("reaches a binding with %j", async (conditions) => {
    const { ran, call } = await server([{ conditions }, { name: "other" }]);
    await call({ status: 400, body: error });
    expect(ran).toEqual(["plain"]);
  });

  it("is recognized by the response of the route, regardless of changes by actions", async () => {
    const replaced = probe({
      respond: ({ call }) => {
        call.response = { status: 500, body: error };
      },
      act: ({ call }) => {
        call.notes.info = "ran";
      },
    });
    const { bookend } = await host({
      handlers: [replaced],
      stored: [binding({ action: "respond" }), binding({ action: "act" })],
    });
    const call = createCall({ event: "login" });
    await bookend.handle(call, () => ({ status: 200, body: {} }));
    expect(call.notes.info).toBe("ran");
  });

  it("reaches bindings that are found by an index, in order", async () => {
    const { ran, call } = await server(
      Array.from({ length: 40 }, (_, i) => ({
        name: `b${i}`,
        ordering: -i,
        conditions: i % 2 === 0 ? { logged_in_user: "user" } : { logged_in_user: "user", result_status: i % 4 === 1 },
      })),
    );
    await call({ status: 400, body: error });
    expect(ran).toEqual(Array.from({ length: 10 }, (_, i) => `b${39 - 4 * i}`));
  });

  it("runs its pre actions like any other call", async () => {
    const { ran, call } = await server([{ position: "pre", name: "before" }]);
    await call({ status: 400, body: error });
    expect(ran).toEqual(["before"]);
  });

  it("is explained with the reason why the other bindings do not run", async () => {
    const { bookend } = await server([...both, { name: "before", position: "pre" }]);
    const reasons = async (response: CallResponse) => {
      const { bindings } = await bookend.explain(createCall({ event: "login", response }));
      return Object.fromEntries(bindings.map(({ name, wouldRun, reason }) => [name, [wouldRun, reason]]));
    };
    const fulfilled = "All conditions are fulfilled.";
    expect(await reasons({ status: 400, body: error })).toEqual({
      before: [true, fulfilled],
      plain: [false, expect.stringMatching(/^The call failed, .*result_status/)],
      asks: [true, fulfilled],
    });
    expect(await reasons({ status: 200, body: {} })).toMatchObject({ plain: [true, fulfilled] });
  });
});

describe("a call that an action aborts", () => {
  it.each(["pre", "post"] as const)(
    "at %s reaches no further binding, not even one with a condition on failure",
    async (position) => {
      const { ran, call } = await server([
        { position, action: "abort" },
        { position: "post", ordering: 1 },
        { position: "post", ordering: 1, conditions: { even_if_failed: true } },
      ]);
      await expect(call({ status: 200, body: {} })).rejects.toMatchObject({ code: "CALL_ABORTED" });
      expect(ran).toEqual([]);
    },
  );
});

describe("a call that was refused", () => {
  it("reaches no post binding, and the error that the call throws is passed on", async () => {
    const { bookend, ran } = await server([{}, { conditions: { even_if_failed: true } }]);
    const refused = new Error("not yours");
    const handled = async () =>
      bookend.handle(createCall({ event: "login" }), () => {
        throw refused;
      });
    await expect(handled()).rejects.toBe(refused);
    expect(ran).toEqual([]);
  });
});

describe("the call itself", () => {
  it.each<[string, readonly Partial<BindingInput>[], boolean]>([
    ["no binding", [], false],
    ["a post action", [{}], false],
    [
      "a pre action whose conditions are not fulfilled",
      [{ position: "pre", conditions: { logged_in_user: "admin" } }],
      false,
    ],
    ["a pre action", [{ position: "pre" }], true],
    ["a pre action that is not registered", [{ position: "pre", action: "gone" }], false],
  ])("is informed whether an action ran before it: %s", async (_name, stored, expected) => {
    const { bookend } = await server(stored);
    const told: boolean[] = [];
    await bookend.handle(createCall({ event: "login" }), (_call, actionsRan) => {
      told.push(actionsRan);
      return { status: 200, body: {} };
    });
    expect(told).toEqual([expected]);
  });
});

describe("check", () => {
  it.each<[BindingInput["conditions"], BindingInput["position"], boolean]>([
    [{ result_status: "False", result_value: "True" }, "post", true],
    [{ result_status: "False", result_authentication: "REJECT" }, "post", true],
    [{ only_failures: "True" }, "post", true],
    [{ only_failures: "True", result_status: "False" }, "post", false],
    [{ result_status: "False" }, "post", false],
    [{ result_status: "True", result_value: "False" }, "post", false],
    [{ result_value: "False" }, "post", false],
  ])("warns about a binding that can never run: %j at %s: %s", async (conditions, position, warned) => {
    const onlyFailures = defineCondition({
      ...evenIfFailed,
      name: "only_failures",
      asksAboutFailure: false,
      fulfilledAfter: () => "failure",
    });
    const { bookend } = await host({
      handlers: [probe({ act: () => undefined })],
      conditions: [onlyFailures],
      bindings: memoryBindings([]),
      stored: [],
    });
    const problems = await bookend.check(binding({ action: "act", position, conditions }));
    expect(problems.map(({ severity, code }) => [severity, code])).toEqual(
      warned ? [["warning", "NEVER_FULFILLED"]] : [],
    );
  });
});
