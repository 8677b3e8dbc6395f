import { binding, host, probe } from "@bookend/test-kit";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  AbortCall,
  type BindingInput,
  type CallInput,
  type CallRecorder,
  createCall,
  defineHandler,
  type Logger,
  type RecordedCall,
  silentLogger,
} from "../index.js";

/** Keeps calls as JSON, like a store. */
function recorder(more: Partial<CallRecorder> = {}): CallRecorder & { readonly calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  return {
    calls,
    keeps: () => true,
    record(call) {
      const { time, ends, ...rest } = JSON.parse(JSON.stringify(call)) as RecordedCall;
      const revived = (["pre", "post"] as const).flatMap((position) => {
        const end = ends[position];
        return end ? [[position, { ...end, at: new Date(end.at) }] as const] : [];
      });
      calls.push({ ...rest, time: new Date(time), ends: Object.fromEntries(revived) });
    },
    ...more,
  };
}

const actions = probe({
  note: () => undefined,
  abort: () => {
    throw new AbortCall("stop");
  },
});
const quiet = probe({ note: () => undefined }, { id: "Quiet", changes: [] });
const manglers = probe(
  {
    amount: ({ call }) => {
      call.request.parameters.amount = 7;
    },
    answer: ({ call }) => {
      if (call.response) call.response.body = { result: { status: true, value: "changed" } };
    },
  },
  { id: "Mangler", changes: ["request", "response"] },
);
const handlers = [actions, quiet, manglers];
const texts = defineHandler({
  id: "Texts",
  description: "Says something.",
  positions: ["pre", "post"],
  actions: {
    say: {
      description: "Says it.",
      options: z.strictObject({ text: z.string().meta({ "x-tags": ["own"] }) }),
      run: () => undefined,
    },
  },
});

describe("a recorded call", () => {
  const secret = { pin: "1234", card: { number: "4111", cvc: "999" }, amount: 3 };
  const kept = async (more: Parameters<typeof host>[0] | object = {}, input: Partial<CallInput> = {}) => {
    const calls = recorder();
    const { login, bookend } = await host({
      handlers,
      stored: [],
      recorder: calls,
      events: {
        login: {
          parameters: { type: "object", properties: { card: { properties: { cvc: { writeOnly: true } } } } },
          response: { type: "object", properties: { key: { "x-secret": true } } },
        },
      },
      secrets: { api: "geheim-geheim" },
      ...more,
    });
    const headers = { authorization: "Bearer x", "x-app": "2 geheim-geheim" };
    await login({ request: { parameters: structuredClone(secret), headers }, ...input });
    return { bookend, call: calls.calls[0] as RecordedCall };
  };

  it("contains parameters, headers and the response, without values that are secret by name, by schema, or by declaration of the host", async () => {
    const { call } = await kept();
    const state = call.ends.post?.states[0];
    expect(state?.request.parameters).toEqual({ pin: "***", card: { number: "4111", cvc: "***" }, amount: 3 });
    expect(state?.request.headers).toEqual({ authorization: "***", "x-app": "2 ***" });
    expect(state?.response?.body).toEqual({ result: { status: true, value: true } });
    expect(JSON.stringify(call)).not.toMatch(/1234|999|Bearer|geheim/);
    expect(call).toMatchObject({ event: "login", success: true });
  });

  it("contains nothing that the host declares secret, in any letter case, and neither does its explanation or preview", async () => {
    const calls = recorder();
    const { bookend } = await host({
      handlers: [texts],
      stored: [],
      recorder: calls,
      secretParameters: ["Badge", "/door/code"],
      secretHeaders: ["X-Device"],
    });
    const canary = "c4n4ry";
    const call = createCall({
      event: "login",
      request: {
        parameters: { badge: canary, BADGE: canary, door: { Code: canary, name: "north" } },
        headers: { "x-device": canary, "X-DEVICE": canary, "x-other": "kept" },
      },
    });
    const response = { status: 200, headers: { "x-Device": [canary, canary] as never, "x-kind": "a" }, body: {} };
    await bookend.handle(call, () => response);
    const [recorded] = calls.calls as [RecordedCall];
    expect(JSON.stringify(recorded)).not.toContain(canary);
    expect(recorded.ends.post?.states[0]).toMatchObject({
      request: { parameters: { door: { name: "north" } }, headers: { "x-other": "kept" } },
      response: { headers: { "x-kind": "a" } },
    });
    const asks = binding({
      action: "say",
      handler: "Texts",
      options: { text: "{param.badge}{param.BADGE}{header.X-Device}{param.door.Code} {header.x-other}" },
      conditions: { header: `X-DEVICE == ${canary}`, parameter: `BADGE == ${canary}` },
    });
    const explained = await bookend.explainBinding(call, asks);
    expect(explained.bindings[0]?.conditions.map(({ name, seen }) => [name, seen])).toEqual([
      ["header", "***"],
      ["parameter", "***"],
    ]);
    expect((await bookend.preview(call, asks))[0]?.value).toBe("************ kept");
    expect((await bookend.previewRecorded(recorded, asks))[0]?.value).toBe("************ kept");
    expect((await bookend.backtest(asks).try(recorded)).ran).toBe("unknown");
  });

  it("reveals nothing about secrets: they are unknown, even if a condition compares with the mask", async () => {
    const { bookend, call } = await kept();
    const tried = async (conditions: BindingInput["conditions"]) =>
      (await bookend.backtest(binding({ action: "note", conditions })).try(call)).ran;
    expect(await tried({ parameter: "pin == ***" })).toBe("unknown");
    expect(await tried({ parameter: "pin == 1234" })).toBe("unknown");
    expect(await tried({ header: "x-app == 2 ***" })).toBe("unknown");
    expect(await tried({ parameter: "amount > 2" })).toBe(true);
    expect(await tried({ parameter: "amount > 3" })).toBe(false);
    // a condition that is known not to be fulfilled decides, even next to an unknown one
    expect(await tried({ parameter: "amount > 3", header: "x-app == 1" })).toBe(false);
  });

  it("masks headers that contain a URL or a token, and a response that is not JSON", async () => {
    const url = "/login?pass=s3cr3t";
    const headers = {
      "X-Original-URI": url,
      referer: url,
      "x-auth-token": "s3cr3t",
      "X-Csrf-Token": "s3cr3t",
      "x-app": "2",
    };
    const calls = recorder();
    const { bookend } = await host({ handlers, stored: [], recorder: calls });
    const response = { status: 200, headers: { location: url, "x-kind": "a" }, body: "Your PIN is s3cr3t" };
    const request = { parameters: { nonce: "s3cr3t" }, headers };
    await bookend.handle(createCall({ event: "login", request }), () => response);
    const [call] = calls.calls;
    expect(JSON.stringify(call)).not.toMatch(/s3cr3t/);
    const state = call?.ends.post?.states[0];
    expect(state?.request.headers).toMatchObject({ "x-app": "2" });
    expect(state?.response).toMatchObject({ headers: { "x-kind": "a" }, body: "***" });
  });

  it("grows only with its limit: not with depth, length of names, escaped characters, or the number of masked values", async () => {
    const name = "-".repeat(200);
    const deep = (value: unknown, depth = 30) => {
      let holder = value;
      for (let level = 0; level < depth; level++) holder = { [name]: holder };
      return holder;
    };
    const many = <T>(value: T) => Array.from({ length: 9_500 }, () => value);
    for (const z of [
      deep(many(Number.POSITIVE_INFINITY)),
      deep(many(1)),
      many({ pin: 1 }),
      "\u0001".repeat(60_000),
      { ["\u0001".repeat(60_000)]: 1 },
    ]) {
      const calls = recorder();
      const { login } = await host({ handlers, stored: [], recorder: calls });
      await login({ request: { parameters: { user: "x", z } } });
      const [call] = calls.calls;
      expect(call?.ends.pre?.states[0].request.parameters).toBe("***");
      expect(JSON.stringify(call).length).toBeLessThan(200_000);
    }
  });

  it("masks parameters that are too long, without copying all of them", async () => {
    const calls = recorder({ maxLength: 1_000 });
    const parameters = { list: Array.from({ length: 1_000_000 }, (_, index) => index), amount: 3 };
    const { bookend, call } = await kept({ recorder: calls }, { request: { parameters } }).then(({ bookend }) => ({
      bookend,
      call: calls.calls[0] as RecordedCall,
    }));
    expect(call.ends.pre?.states[0].request.parameters).toBe("***");
    const backtest = bookend.backtest(binding({ action: "note", conditions: { parameter: "amount > 2" } }));
    expect(await backtest.try(call)).toEqual({ ran: "unknown", because: ["parameter is no longer known."] });
  });

  it("is not kept if its event is excluded, and failures of the recorder are only reported", async () => {
    const logged: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (fields) => void logged.push(fields) };
    const none = recorder({ keeps: () => false });
    await (await host({ handlers, stored: [], recorder: none })).login();
    expect(none.calls).toEqual([]);
    for (const record of [
      () => Promise.reject(new Error("full")),
      () => {
        throw new Error("broken");
      },
    ]) {
      const { login } = await host({ handlers, stored: [], recorder: recorder({ record }), logger });
      expect(await login()).toMatchObject({ status: 200 });
    }
    const down = recorder({ record: () => Promise.reject(new Error("full")) });
    const { login } = await host({ handlers, stored: [], recorder: down, logger });
    for (let calls = 0; calls < 5; calls++) await login();
    await Promise.resolve();
    // the first failure is logged at once, the others later as a number
    expect(logged).toHaveLength(3);
  });

  it("is not awaited", async () => {
    const { login } = await host({
      handlers,
      stored: [],
      recorder: recorder({ record: () => new Promise(() => undefined) }),
    });
    expect(await login()).toMatchObject({ status: 200 });
  });

  it("does not guess what a directory contained at the time", async () => {
    let realm = "corp";
    const users = {
      find: async () => ({ login: "hans", realm, resolver: "r", attributes: { mail: "h@x" } }),
      resolversOf: () => [],
    };
    const calls = recorder();
    const stored = [binding({ action: "note", handler: "Quiet", conditions: { realm: "corp" } })];
    const { bookend, login } = await host({ handlers, stored, recorder: calls, directories: { users } });
    await login({ request: { user: { login: "hans", realm: "x" } } });
    realm = "other";
    const call = calls.calls[0] as RecordedCall;
    const tried = async (conditions: BindingInput["conditions"]) =>
      bookend.backtest(binding({ action: "note", conditions })).try(call);
    // a condition read the realm at the time, so it is known for any configured value
    expect((await tried({ realm: "corp" })).ran).toBe(true);
    expect((await tried({ realm: "other" })).ran).toBe(false);
    expect(await tried({ user_info: "mail == h@x" })).toEqual({
      ran: "unknown",
      because: ["user_info is no longer known."],
    });
    const { bindings } = await bookend.explainRecorded(
      call,
      binding({ action: "note", conditions: { resolver: "r" } }),
    );
    expect(bindings[0]).toMatchObject({
      wouldRun: false,
      reason: "resolver is no longer known.",
      conditions: [{ name: "resolver", answer: "unknown", lost: true }],
    });
  });
});

const condition = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  { parameter: "amount > 4" },
  { parameter: "kind == a" },
  { parameter: "kind == b" },
  { header: "x-app == 1" },
  { response: "result.value == changed" },
  { http_status: "200" },
  { http_status: ">=400" },
  { realm: "corp" },
  { realm: "other" },
  { user_info: "level > 1" },
  { actor_role: "admin" },
  { counter: "tries > 2" },
  { realm: "corp", parameter: "amount < 5" },
);
const someBindings = fc.array(
  fc.record({
    position: fc.constantFrom("pre", "post"),
    ordering: fc.integer({ min: 0, max: 3 }),
    conditions: condition,
    act: fc.constantFrom("Probe:note", "Quiet:note", "Quiet:note", "Mangler:amount", "Mangler:answer", "Probe:abort"),
  }),
  { minLength: 1, maxLength: 24 },
);
const someCalls = fc.array(
  fc.record({
    kind: fc.constantFrom("a", "b"),
    amount: fc.integer({ min: 0, max: 9 }),
    app: fc.constantFrom("1", "2"),
    status: fc.constantFrom(200, 200, 404),
    role: fc.constantFrom("admin", "user"),
    fails: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

describe("a backtest", () => {
  it("of a binding that was always active reports the same as the audit log", async () => {
    await fc.assert(
      fc.asyncProperty(someBindings, someCalls, async (given, made) => {
        let turn = 0;
        const stored = given
          // at pre, there is no response that a condition could read
          .filter(
            ({ position, conditions }) =>
              position === "post" || !("response" in conditions || "http_status" in conditions),
          )
          .map(({ act, ...given }, index): BindingInput => {
            const [handler = "", action = ""] = act.split(":");
            return binding({ ...given, action, handler, name: `b${index}` });
          });
        const calls = recorder();
        const users = {
          find: async () => ({
            login: "hans",
            realm: turn % 2 === 0 ? "corp" : "other",
            resolver: "r",
            attributes: { level: String(turn % 3) },
          }),
          resolversOf: () => [],
        };
        const counters = {
          value: () => turn % 5,
          increment: () => undefined,
          decrement: () => undefined,
          reset: () => undefined,
        };
        const { bookend, audit } = await host({
          handlers,
          stored,
          recorder: calls,
          directories: { users, counters: counters as never },
        });
        for (const { kind, amount, app, status, role, fails } of made) {
          turn += 1;
          const call = createCall({
            event: "login",
            request: { parameters: { kind, amount }, headers: { "x-app": app }, user: { login: "hans", realm: "x" } },
            actor: { username: "u", realm: "", role },
          });
          const next = () => {
            if (fails && status === 404) throw new Error("refused");
            return { status, body: { result: { status: status === 200, value: "new" } } };
          };
          try {
            await bookend.handle(call, next);
          } catch {
            // refused or aborted
          }
        }
        turn = 99;
        expect(calls.calls).toHaveLength(made.length);
        for (const saved of await bookend.bindings.list()) {
          const audited = audit.entries.filter(({ bindingId }) => bindingId === saved.id).map(({ parent }) => parent);
          const backtest = bookend.backtest(saved);
          const found: string[] = [];
          for (const call of calls.calls) {
            const { ran, because } = await backtest.try(call);
            if (ran === "unknown") throw new Error(because.join(" "));
            if (ran) found.push(call.id);
          }
          expect([saved.name, found]).toEqual([saved.name, audited]);
        }
        bookend.close();
      }),
      { numRuns: 30 },
    );
  });

  it("parses a template once, and renders it for each call", async () => {
    const calls = recorder();
    const { bookend, login } = await host({ handlers: [texts], stored: [], recorder: calls });
    for (const amount of [1, 2, 3]) await login({ request: { parameters: { amount, pin: "1234" } } });
    const names = Array.from({ length: 5_000 }, (_, index) => `{param.n${index}}`).join("");
    const options = { text: `${names}{param.amount} {param.pin} {own}` };
    const backtest = bookend.backtest(binding({ action: "say", handler: "Texts", options }));
    const exec = vi.spyOn(String.prototype, "matchAll");
    const rendered = [];
    for (const call of calls.calls) rendered.push((await backtest.try(call, { render: true })).texts?.[0]?.value);
    expect(rendered).toEqual(["1 *** {own}", "2 *** {own}", "3 *** {own}"]);
    // the parser calls this once per string
    expect(exec.mock.contexts.filter((text) => String(text) === options.text)).toHaveLength(1);
    exec.mockRestore();
  });

  it("renders nothing for an action without templates, and refuses a binding that cannot run", async () => {
    const mail = probe({ send: () => undefined });
    const calls = recorder();
    const { bookend, login } = await host({ handlers: [mail], stored: [], recorder: calls });
    await login({ request: { parameters: { amount: 3 } } });
    const backtest = bookend.backtest(binding({ action: "send" }));
    expect(await backtest.try(calls.calls[0] as RecordedCall, { render: true })).toEqual({
      ran: true,
      because: ["All conditions are fulfilled."],
      texts: [],
    });
    expect(() => bookend.backtest(binding({ action: "nothing" }))).toThrow(/action/);
  });
});
