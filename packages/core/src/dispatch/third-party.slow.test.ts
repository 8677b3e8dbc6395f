import { processesBeside } from "@bookend/test-kit/run-process";
import { faults } from "@bookend/test-kit/third-party";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { brokenHost, sound } from "../../test/broken-host.js";
import {
  type ActionContext,
  createBookend,
  createCall,
  defineCondition,
  type EqualityIndex,
  memoryBindings,
  nameSet,
} from "../index.js";

const run = processesBeside(new URL("../../test/processes/x.ts", import.meta.url).href, { bundled: false });

describe.each(faults)("$name", (fault) => {
  it("is a fault only of its own binding", async () => {
    const { login, audit, ran } = await brokenHost(fault);
    const { status, body } = await login();
    expect([status, body]).toEqual([200, { result: { status: true, value: true } }]);
    expect(ran).toEqual(["before", "after"]);
    const [first, broken, last] = [...audit.entries].sort((a, b) => a.bindingId - b.bindingId);
    expect([first?.success, last?.success]).toEqual([true, true]);
    const [name, code] = fault.error ?? [];
    expect(broken).toMatchObject(
      fault.error === undefined
        ? { success: true, outcome: "done" }
        : { success: false, outcome: "fault", error: { class: name, code } },
    );
    expect(JSON.stringify(audit.entries)).not.toContain("hunter2");
  });

  it("stays in the list as a binding with a problem, so that it can be switched off and deleted", async () => {
    const { bookend, login, audit, ran } = await brokenHost(fault);
    const problems = (await bookend.check()).filter(({ severity }) => severity === "error");
    expect(problems.map(({ code }) => code)).toEqual(fault.problem ? [fault.problem] : []);
    for (const { field } of problems) expect(field).toMatch(/^binding 2: /);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
    expect((await bookend.bindings.list()).map(({ name }) => name)).toEqual(["before", "broken", "after"]);
    const { bindings: explained } = await bookend.explain(createCall({ event: "login" }));
    expect(explained).toHaveLength(3);
    expect(JSON.stringify(explained).length).toBeLessThan(20_000);

    await bookend.bindings.setActive(2, false);
    await login();
    expect(audit.entries.map(({ success }) => success)).toEqual([true, true]);
    expect(ran).toEqual(["before", "after"]);
    await bookend.bindings.remove(2);
    expect(await bookend.check()).toEqual([]);
  });
});

describe("a lookup that never ends", () => {
  it("is abandoned once for all conditions that need it", async () => {
    const { login, audit } = await brokenHost({
      name: "",
      error: ["", ""],
      conditions: { tokentype: "hotp", rollout_state: "enrolled" },
      tokens: { find: () => new Promise(() => undefined) },
    });
    expect((await login()).status).toBe(200);
    expect(audit.entries[1]?.error?.code).toMatch(/^(LOOKUP|CONDITION)_TIMEOUT$/);
  });
});

describe("an index that breaks", () => {
  const base = {
    name: "color",
    group: "general",
    description: "",
    value: nameSet({ of: "colors" }),
    actual: () => "red",
    matches: (wanted: ReadonlySet<string>, seen: string) => wanted.has(seen),
  };
  const thrown = (): never => {
    throw new Error("broken");
  };
  it.each<[string, EqualityIndex<ReadonlySet<string>, string>]>([
    ["keysOf throws", { keysOf: thrown, keysIn: () => "red" }],
    ["keysOf never ends", { keysOf: () => endless(), keysIn: () => "red" }],
    ["keysOf returns something other than strings", { keysOf: () => [1 as never], keysIn: () => "red" }],
    ["keysIn throws", { keysOf: (names: ReadonlySet<string>) => names, keysIn: thrown }],
    [
      "keysIn returns something other than keys",
      { keysOf: (names: ReadonlySet<string>) => names, keysIn: () => 42 as never },
    ],
  ])("is not used: %s", async (_, index) => {
    const color = defineCondition({ ...base, index });
    const ran: string[] = [];
    const bindings = Array.from({ length: 10 }, (_, i) => (i === 7 ? "red" : `blue${i}`)).map((name) => ({
      name,
      events: ["paint"],
      handler: "Sound",
      action: "say",
      options: { word: name },
      conditions: { color: name },
    }));
    const { bookend } = await brokenHost(
      { name: "", error: ["", ""] },
      { conditions: [color], ran, bindings: memoryBindings(bindings) },
    );
    await bookend.handle(createCall({ event: "paint" }), () => ({ status: 200, body: {} }));
    expect(ran).toEqual(["red"]);
  });
});

function* endless(): Generator<string> {
  for (let i = 0; ; i++) yield `${i}`;
}

describe("code that hangs or breaks outside a call", () => {
  it("code that an action left behind, and that breaks the call later, keeps other actions from running, but the response is sent", async () => {
    const run = ({ call }: ActionContext<unknown>) => {
      queueMicrotask(() => Object.defineProperty(call.notes, "info", { enumerable: true, get: () => JSON.parse("{") }));
    };
    const actions = { break: { description: "", options: z.strictObject({}), run } };
    const { login, audit } = await brokenHost({ name: "", error: undefined, actions: () => actions });
    expect((await login()).status).toBe(200);
    expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["done", "done", "fault"]);
  });

  it("an audit sink that never responds counts as a failing one", async () => {
    const { login, ran } = await brokenHost(
      { name: "", error: ["", ""] },
      { audit: { begin: () => new Promise(() => undefined) } },
    );
    expect((await login()).status).toBe(200);
    expect(ran).toEqual(["before", "after"]);
  });

  it("entries for a logger that throws are lost", async () => {
    const log = () => {
      throw new Error("no disk");
    };
    const { login } = await brokenHost(
      { name: "", error: ["", ""], actions: faults[0]?.actions ?? (() => ({})) },
      { logger: { debug: log, info: log, warn: log, error: log } },
    );
    expect((await login()).status).toBe(200);
  });
});

describe("saving and checking", () => {
  it.each([
    ["throws", () => JSON.parse("{")],
    ["rejects", () => Promise.reject(new Error("the password is hunter2"))],
    ["never ends", () => new Promise(() => undefined)],
    ["does not return a list", () => 42],
    ["returns something other than problems", () => [{ severity: "fatal" }]],
  ])("report if an action's check %s", async (_, check) => {
    const handler = sound({ check });
    const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), lookupTimeoutMs: 20 });
    const problems = await bookend.check(saying);
    expect(problems).toMatchObject([{ severity: "error", code: "HANDLER_FAULT", field: "options" }]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it.each([
    ["throw", () => JSON.parse("{")],
    ["reject", () => Promise.reject(new Error("the password is hunter2"))],
    ["never end", () => new Promise(() => undefined)],
    ["are not a list", () => "smtp1"],
  ])("warn if choices %s, and save", async (_, choices) => {
    const handler = sound({ choices: { word: choices } });
    const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), lookupTimeoutMs: 20 });
    expect(await bookend.check(saying)).toMatchObject([
      { severity: "warning", code: "CHOICES_UNAVAILABLE", field: "options.word" },
    ]);
    expect((await bookend.bindings.add(saying)).id).toBe(1);
  });

  it.each([
    ["options", { options: { word: "\0" } }, "options.word"],
    ["nested options", { options: { word: { list: ["a\0b"] } } }, "options.word.list.0"],
    ["the name of an option", { options: { "\0": "x" } }, "options"],
    ["conditions", { conditions: { client_ip: "10.0.0.1\0" } }, "conditions.client_ip"],
    ["events", { events: ["login\0"] }, "events"],
    ["the name", { name: "a\0" }, "name"],
    ["the handler", { handler: "Sound\0" }, "handler"],
  ])("refuse a string with U+0000 in %s", async (_, change, field) => {
    const bookend = createBookend({ handlers: [sound({})], bindings: memoryBindings() });
    const problems = await bookend.check({ ...saying, ...change } as never);
    expect(problems).toMatchObject([{ severity: "error", code: "FIELD_INVALID", field }]);
    await expect(bookend.bindings.add({ ...saying, ...change } as never)).rejects.toThrow(/U\+0000|control|"\S*u0000/);
  });
});

describe("a process", () => {
  it.each(["action", "refinement", "delivery"])(
    "keeps running if a rejected promise is left behind: %s",
    async (what) => {
      expect(await run("left-behind.ts", what)).toBe("200 still running");
    },
  );

  it.each([
    ["the server has its own listener", "listener", "actions", ["an action", "an action", "an action"]],
    [
      "the server has its own listener, and also leaves a rejection behind",
      "listener",
      "server",
      ["an action", "an action", "the server", "an action"],
    ],
    ["there is no other listener", "none", "actions", []],
  ])(
    "with two copies of this package has one listener, until both are closed: %s",
    async (_, listens, whose, heard) => {
      expect(JSON.parse(await run("rejections.ts", listens, whose))).toEqual({ heard, during: 1, left: 0 });
    },
  );

  it("with two copies of this package still ends because of an unrelated rejection", async () => {
    await expect(run("rejections.ts", "none", "server")).rejects.toThrow("the server");
  });

  it("ends because of a rejection in its own code, as it does without Bookend", async () => {
    await expect(run("left-behind.ts", "own")).rejects.toThrow("of the server itself");
  });
});

const saying = { name: "x", events: ["login"], handler: "Sound", action: "say", options: { word: "x" } };
