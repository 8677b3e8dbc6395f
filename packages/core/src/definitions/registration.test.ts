import { describe, expect, it } from "vitest";
import { z } from "zod";
import { baseConditions } from "../conditions/index.js";
import { baseTags, createBookend, memoryBindings, nameSet, secretTags } from "../index.js";

const options = z.strictObject({ word: z.string() });
const act = { description: "", options, run: () => undefined };
const handler = { id: "Talk", description: "", positions: ["post"], actions: { say: act } };
const condition = {
  name: "color",
  group: "general",
  description: "",
  value: nameSet({ of: "colors" }),
  actual: () => "red",
  matches: () => true,
};
const store = memoryBindings();
const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ value: 1 }) } };
const index = { keysOf: () => [], keysIn: () => "x" };
const send = () => ({ status: "sent" });

function thrown(): never {
  throw new TypeError("the password is hunter2");
}

/** Creates an object whose field throws when it is read. */
function throwing(field: string): object {
  return Object.defineProperty({}, field, { enumerable: true, get: thrown });
}

/** Returns the error that `createBookend` throws for options of any type. */
function refusal(given: unknown): unknown {
  try {
    createBookend(given as never).close();
    return "nothing";
  } catch (error) {
    return error;
  }
}

/** A changed field of the handler, and the field that the error should name. */
const handlers: readonly [object, string][] = [
  [{ id: undefined }, "handlers.0.id"],
  [{ id: "" }, "handlers.0.id"],
  [{ id: "a b" }, "handlers.0.id"],
  [{ id: "a".repeat(101) }, "handlers.0.id"],
  [{ description: 1 }, "handlers.Talk.description"],
  [{ positions: undefined }, "handlers.Talk.positions"],
  [{ positions: [] }, "handlers.Talk.positions"],
  [{ positions: ["past"] }, "handlers.Talk.positions"],
  [{ positions: "post" }, "handlers.Talk.positions"],
  [{ positions: ["post", "post"] }, "handlers.Talk.positions"],
  [{ positions: new Set(["post"]) }, "handlers.Talk.positions"],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
  [{ positions: ["post", ,] }, "handlers.Talk.positions"],
  [{ id: "a/b" }, "handlers.0.id"],
  [{ id: "__proto__" }, "handlers.0.id"],
  [{ actions: { ["__proto__"]: act } }, "handlers.Talk.actions.__proto__"],
  [{ actions: { "": act } }, "handlers.Talk.actions."],
  [{ actions: { "a\nb": act } }, "handlers.Talk.actions.a\nb"],
  [{ actions: { ["a".repeat(256)]: act } }, `handlers.Talk.actions.${"a".repeat(256)}`],
  [{ postions: ["post"] }, "handlers.Talk.postions"],
  [{ abortOnError: "yes" }, "handlers.Talk.abortOnError"],
  [{ actions: undefined }, "handlers.Talk.actions"],
  [{ actions: [] }, "handlers.Talk.actions"],
  [{ actions: { say: null } }, "handlers.Talk.actions.say"],
  [{ conditions: {} }, "handlers.Talk.conditions"],
  [{ deliveries: {} }, "handlers.Talk.deliveries"],
  [{ deliveries: [{ name: "mail" }] }, "handlers.Talk.deliveries.0.send"],
  [{ deliveries: [{ name: "a b", send }] }, "handlers.Talk.deliveries.0.name"],
  [{ deliveries: [{ name: "a", send, retry: 1 }] }, "handlers.Talk.deliveries.0.retry"],
  [
    {
      deliveries: [
        { name: "a", send },
        { name: "a", send },
      ],
    },
    "handlers.Talk.deliveries.1.name",
  ],
];

const actions: readonly [object, string][] = [
  [{ description: undefined }, "description"],
  [{ run: undefined }, "run"],
  [{ run: "later" }, "run"],
  [{ check: true }, "check"],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs"],
  [{ timeoutMs: Number.NaN }, "timeoutMs"],
  [{ timeoutMs: 0 }, "timeoutMs"],
  [{ timeoutMs: -1 }, "timeoutMs"],
  [{ timeoutMs: 2 ** 31 }, "timeoutMs"],
  [{ timeoutMs: "10" }, "timeoutMs"],
  [{ timeout: 10 }, "timeout"],
  [{ positions: ["after"] }, "positions"],
  [{ changes: ["token"] }, "changes"],
  [{ changes: "tokens" }, "changes"],
  [{ deliveries: ["mial"] }, "deliveries"],
  [{ deliveries: [""] }, "deliveries"],
  [{ deliveries: "mail" }, "deliveries"],
  [{ options: undefined }, "options"],
  [{ options: {} }, "options"],
  [{ options: schema }, "options"],
  [{ options: z.strictObject({ at: z.coerce.date() }) }, "options"],
  [{ options: z.strictObject({ at: z.custom<string>() }) }, "options"],
  [{ options: z.strictObject({ at: z.map(z.string(), z.string()) }) }, "options"],
  [{ options: z.strictObject({ at: z.bigint() }) }, "options"],
  [{ optionsJsonSchema: 42 }, "optionsJsonSchema"],
  [{ optionsJsonSchema: { properties: [] } }, "optionsJsonSchema"],
  [{ choices: { wrd: () => [] } }, "choices.wrd"],
  [{ choices: { word: ["a"] } }, "choices.word"],
  [{ choices: [] }, "choices"],
];

const conditions: readonly [object, string][] = [
  [{ name: undefined }, "conditions.?.name"],
  [{ name: "a b" }, "conditions.?.name"],
  [{ group: undefined }, "conditions.color.group"],
  [{ description: undefined }, "conditions.color.description"],
  [{ value: undefined }, "conditions.color.value"],
  [{ value: { ...condition.value, widget: "list" } }, "conditions.color.value.widget"],
  [{ value: { ...condition.value, parse: undefined } }, "conditions.color.value.parse"],
  [{ value: { ...condition.value, choices: [1] } }, "conditions.color.value.choices"],
  [{ value: { ...condition.value, jsonSchema: undefined } }, "conditions.color.value.jsonSchema"],
  [{ needs: ["token"] }, "conditions.color.needs"],
  [{ positions: [] }, "conditions.color.positions"],
  [{ actual: undefined }, "conditions.color.actual"],
  [{ matches: undefined }, "conditions.color.matches"],
  [{ match: () => true }, "conditions.color.match"],
  [{ whenUnknown: "maybe" }, "conditions.color.whenUnknown"],
  [{ index: { keysOf: index.keysOf } }, "conditions.color.index.keysIn"],
  [{ index: { ...index, keys: 1 } }, "conditions.color.index.keys"],
  [{ index, actual: (_facts: unknown, value: unknown) => value }, "conditions.color.actual"],
];

const bookends: readonly [object, string][] = [
  [{ handlers: undefined }, "createBookend.handlers"],
  [{ handlers: {} }, "createBookend.handlers"],
  [{ bindings: undefined }, "createBookend.bindings"],
  [{ bindings: [] }, "createBookend.bindings"],
  [{ directories: { token: {} } }, "createBookend.directories.token"],
  [{ directories: { tokens: "sql" } }, "createBookend.directories.tokens"],
  [{ audit: "log" }, "createBookend.audit"],
  [{ audit: { sink: { begin: () => undefined } } }, "createBookend.audit"],
  [{ audit: { sink: { begin: () => undefined }, required: true, also: 1 } }, "createBookend.audit"],
  [{ conditions: {} }, "createBookend.conditions"],
  [{ events: "login" }, "createBookend.events"],
  [{ outbox: {} }, "createBookend.outbox"],
  [{ url: 1 }, "createBookend.url"],
  [{ browserOf: "Firefox" }, "createBookend.browserOf"],
  [{ actionTimeoutMs: Number.POSITIVE_INFINITY }, "createBookend.actionTimeoutMs"],
  [{ lookupTimeoutMs: 0 }, "createBookend.lookupTimeoutMs"],
  [{ logger: console.log }, "createBookend.logger"],
  [{ clock: new Date() }, "createBookend.clock"],
  [{ bindngs: store }, "createBookend.bindngs"],
];

describe("a fault is refused at registration with a coded error that names the field", () => {
  it.each(handlers)("of a handler: %j", (change, field) => {
    const error = refusal({ handlers: [{ ...handler, ...change }], bindings: store });
    expect(error).toMatchObject({ code: "HANDLER_INVALID" });
    expect(String(error)).toMatch(`${field}: `);
    expect(String(error)).toContain("Allowed: ");
  });

  it.each(actions)("of an action: %j", (change, field) => {
    const changed = { ...handler, actions: { say: { ...act, ...change } } };
    const error = refusal({ handlers: [changed], bindings: store });
    expect(error).toMatchObject({ code: "HANDLER_INVALID" });
    expect(String(error)).toContain(`handlers.Talk.actions.say.${field}: `);
    expect(String(error)).toContain("Allowed: ");
  });

  it.each(conditions)("of a condition: %j", (change, field) => {
    const changed = { ...condition, ...change };
    for (const [given, path] of [
      [{ handlers: [], conditions: [changed] }, field],
      [{ handlers: [{ ...handler, conditions: [changed] }] }, `handlers.Talk.${field}`],
    ] as const) {
      const error = refusal({ ...given, bindings: store });
      expect(error).toMatchObject({ code: "CONDITION_INVALID" });
      expect(String(error)).toContain(`${path}: `);
    }
  });

  it.each(bookends)("of createBookend: %j", (change, field) => {
    const error = refusal({ handlers: [], bindings: store, ...change });
    expect(error).toMatchObject({ code: "OPTIONS_INVALID" });
    expect(String(error)).toContain(`${field}: `);
  });

  it("and suggests the name that was probably meant", () => {
    expect(String(refusal({ handlers: [{ ...handler, postions: [] }], bindings: store }))).toContain(
      'Did you mean "positions"?',
    );
  });

  it("even if a getter throws", () => {
    const broken = {
      ...handler,
      get actions() {
        throw new Error("no such directory");
      },
    };
    Object.defineProperty(broken, "actions", { enumerable: true, get: () => JSON.parse("{") });
    expect(refusal({ handlers: [broken], bindings: store })).toMatchObject({
      code: "HANDLER_INVALID",
      message: expect.stringContaining("handlers.Talk.actions: "),
    });
  });

  it.each<[string, object, string]>([
    ["actions that cannot be listed", { actions: new Proxy({}, { ownKeys: thrown }) }, "actions"],
    ["an action", { actions: throwing("say") }, "actions.say"],
    ["the name of a delivery", { deliveries: [throwing("name")] }, "deliveries.0.name"],
    ["a function of choices", { actions: { say: { ...act, choices: throwing("word") } } }, "actions.say.choices.word"],
    ["~standard", { actions: { say: { ...act, options: throwing("~standard") } } }, "actions.say.options"],
    [
      "validate",
      { actions: { say: { ...act, options: { "~standard": throwing("validate") } } } },
      "actions.say.options",
    ],
    ["a schema", { actions: { say: { ...act, options: new Proxy(options, { get: thrown }) } } }, "actions.say.options"],
    ["a list", { positions: new Proxy([], { get: thrown }) }, "positions"],
  ])("even if reading %s throws", (_, change, field) => {
    const { code, message } = refusal({ handlers: [{ ...handler, ...change }], bindings: store }) as {
      code: string;
      message: string;
    };
    expect([code, message.split(": ", 1)[0]]).toEqual(["HANDLER_INVALID", `handlers.Talk.${field}`]);
    expect(message).not.toContain("hunter2");
  });

  it.each(Object.keys(handler))("even if the getter for %s of a handler throws", (field) => {
    const broken = Object.defineProperty({ ...handler }, field, { enumerable: true, get: thrown });
    const { code, message } = refusal({ handlers: [broken], bindings: store }) as { code: string; message: string };
    expect(code).toBe("HANDLER_INVALID");
    expect(message).toMatch(new RegExp(`^handlers\\.\\w+\\.${field}: the getter threw`));
    expect(message).not.toContain("hunter2");
  });

  it.each(Object.keys(condition))("even if the getter for %s of a condition throws", (field) => {
    const broken = Object.defineProperty({ ...condition }, field, { enumerable: true, get: thrown });
    const error = refusal({ handlers: [], conditions: [broken], bindings: store });
    expect(error).toMatchObject({ code: "CONDITION_INVALID" });
    expect(String(error)).toMatch(new RegExp(`conditions\\.[\\w?]+\\.${field}: the getter threw`));
  });

  it("of an object that cannot be inspected", () => {
    const proxy = new Proxy({}, { get: thrown, ownKeys: thrown });
    expect(refusal(proxy)).toMatchObject({ code: "OPTIONS_INVALID" });
    expect(refusal({ handlers: [proxy], bindings: store })).toMatchObject({ code: "HANDLER_INVALID" });
    expect(refusal({ handlers: [], conditions: [proxy], bindings: store })).toMatchObject({
      code: "CONDITION_INVALID",
    });
  });

  it.each([[undefined], [null], [42], ["x"], [[]]])("if any value is replaced by %j", (nothing) => {
    expect(refusal(nothing)).toMatchObject({ code: "OPTIONS_INVALID" });
    expect(refusal({ handlers: [nothing], bindings: store })).toMatchObject({ code: "HANDLER_INVALID" });
    expect(refusal({ handlers: [], bindings: store, conditions: [nothing] })).toMatchObject({
      code: "CONDITION_INVALID",
    });
  });
});

describe("shared objects cannot be changed", () => {
  const { registry, events } = createBookend({ handlers: [handler as never], bindings: store, events: ["login"] });

  it.each<[string, object]>([
    ["baseTags", baseTags],
    ["secretTags", secretTags],
    ["the handlers", registry.handlers],
    ["the conditions", registry.conditions],
    ["the conditions of a handler", registry.conditionsOf("Talk")],
    ["the events", events],
  ])("%s", (_, shared) => {
    for (const method of ["set", "add", "delete", "clear"]) {
      expect((shared as Record<string, unknown>)[method]).toBeUndefined();
    }
    expect(() => Map.prototype.clear.call(shared as Map<unknown, unknown>)).toThrow(TypeError);
    expect(() => Object.assign(shared, { get: () => undefined })).toThrow(TypeError);
  });

  it("nor can a base tag or a base condition", () => {
    expect(() => Object.assign(baseTags.get("serial") as object, { value: () => "x" })).toThrow(TypeError);
    expect(() => (baseConditions as unknown[]).push(condition)).toThrow(TypeError);
    expect(() => Object.assign(baseConditions[0] as object, { matches: () => true })).toThrow(TypeError);
  });
});
