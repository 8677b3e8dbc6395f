import { binding, host, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import {
  type BookendOptions,
  createBookend,
  createCall,
  defineCondition,
  describeTags,
  flag,
  isSecretTag,
  memoryAudit,
  memoryBindings,
  parseTemplate,
} from "./index.js";

interface Parcel {
  readonly number: string;
  readonly weight: number;
}

declare module "./index.js" {
  interface HostDirectories {
    parcels: Parcel;
  }
}

const parcel: Parcel = { number: "P-1", weight: 12 };

const isHeavy = defineCondition({
  name: "parcel_is_heavy",
  group: "parcels",
  description: "The parcel weighs more than 10.",
  value: flag(),
  needs: ["parcels"],
  actual: async (facts) => {
    const found = await facts.parcels();
    return found ? found.weight > 10 : undefined;
  },
  matches: (wanted, heavy) => wanted === heavy,
});

/** Creates a host with parcels, and an action that renders the note of its binding. */
async function parcels(
  stored: Parameters<typeof binding>[0][],
  options: Partial<BookendOptions> = {},
  find: (id: unknown) => Parcel | null | undefined | Promise<Parcel | null> = () => parcel,
) {
  const asked: unknown[] = [];
  const rendered: string[] = [];
  const say = probe({
    say: async ({ options: { note = "" }, render }) => void rendered.push(await render(parseTemplate(note))),
  });
  const reload = probe({ reload: () => undefined }, { id: "Reload", changes: ["parcels"] });
  const rest = probe({ rest: () => undefined }, { id: "Rest", changes: ["users"] });
  const made = await host({
    handlers: [say, reload, rest],
    conditions: [isHeavy],
    directories: {
      parcels: {
        find: ({ request: { parameters } }) => {
          asked.push(parameters.id);
          return find(parameters.id);
        },
      },
    },
    stored: stored.map((input, i) => binding({ ...input, name: `b${i}`, ordering: i })),
    ...options,
  });
  return { ...made, asked, rendered };
}

describe("a directory of the host", () => {
  const heavy = { parcel_is_heavy: "True" };

  it("is queried once for all bindings of a call, and again after an action that may have changed its data", async () => {
    const { login, asked, audit } = await parcels([
      { action: "say", conditions: heavy },
      { action: "rest", handler: "Rest", conditions: heavy },
      { action: "say", conditions: heavy },
      { action: "reload", handler: "Reload" },
      { action: "say", conditions: heavy },
    ]);
    await login({ request: { parameters: { id: 7 } } });
    expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "done", "done"]);
    // the first lookup, one after `say`, which declares no changes and may thus have changed anything, and one after
    // `reload`; none after `rest`, which changes only users
    expect(asked).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set([7]));
  });

  it("is queried only when it is needed", async () => {
    const { login, asked } = await parcels([{ action: "say" }]);
    await login();
    expect(asked).toEqual([]);
  });

  it.each([
    ["null", () => null],
    ["undefined", () => undefined],
    ["a promise of null", async () => null],
  ])("that finds %s makes the condition unknown", async (_name, find) => {
    const { bookend } = await parcels([{ action: "say", conditions: heavy }], {}, find);
    const [explained] = (await bookend.explain(createCall({ event: "login" }))).bindings;
    expect(explained?.conditions).toMatchObject([{ name: "parcel_is_heavy", answer: "unknown" }]);
  });

  it.each<[string, () => Promise<null>, RegExp]>([
    [
      "throws",
      () => {
        throw new TypeError("no database");
      },
      /^TypeError UNKNOWN$/,
    ],
    ["rejects", () => Promise.reject(new TypeError("no database")), /^TypeError UNKNOWN$/],
    ["never ends", () => new Promise(() => undefined), /_TIMEOUT$/],
  ])("that %s breaks only the bindings that need it", async (_name, find, reason) => {
    const stored = [{ action: "say", conditions: heavy }, { action: "say" }];
    const { login, audit } = await parcels(stored, { lookupTimeoutMs: 20 }, find);
    expect((await login()).status).toBe(200);
    expect(audit.entries.map(({ bindingName, outcome }) => [bindingName, outcome])).toEqual([
      ["b0", "fault"],
      ["b1", "done"],
    ]);
    expect(audit.entries[0]?.reason).toMatch(reason);
  });

  it("is named in the error when a condition needs it but it is missing", () => {
    expect(() => createBookend({ handlers: [], bindings: memoryBindings(), conditions: [isHeavy] })).toThrow(
      /needs.*Allowed: users, tokens, containers, challenges, counters/,
    );
  });
});

describe("a tag of the host", () => {
  const tags: BookendOptions["tags"] = {
    parcel_number: { description: "Number.", value: async ({ facts }) => (await facts.parcels())?.number },
    parcel_weight: { description: "Weight.", value: async ({ facts }) => (await facts.parcels())?.weight },
    pickup_code: { description: "Code.", secret: true, value: () => "4711" },
    nothing: { description: "Nothing.", value: () => null },
    gift: { description: "Whether it is a gift.", value: () => false },
  };

  it("behaves like any other tag, and is looked up once", async () => {
    const note =
      "{parcel_number}: {parcel_weight} {gift} [{nothing}] {{#if parcel_number}}{{parcel_number}}{{/if}} {event}";
    const { login, rendered, asked, bookend } = await parcels([{ action: "say", options: { note } }], { tags });
    await login();
    expect(rendered).toEqual(["P-1: 12 false [] P-1 login"]);
    expect(asked).toHaveLength(1);
    const described = describeTags(bookend.registry);
    expect(described).toContainEqual({ name: "parcel_number", description: "Number.", secret: false });
    expect(described).toContainEqual({ name: "pickup_code", description: "Code.", secret: true });
  });

  it("exists only for its host", async () => {
    const stored = [{ action: "say", options: { note: "{parcel_number}" } }];
    const { login, audit } = await parcels(stored);
    await login();
    expect(audit.entries).toMatchObject([{ outcome: "fault", reason: "ValueError VALUE_INVALID" }]);
    expect(() => parseTemplate("{parcel_number}")).toThrow("there is no tag {parcel_number}");
  });

  it("can be secret", async () => {
    const secrets: boolean[] = [];
    const ask = probe({ ask: () => void secrets.push(isSecretTag("pickup_code"), isSecretTag("gift")) });
    const { login } = await host({ handlers: [ask], stored: [binding({ action: "ask" })], tags });
    await login();
    expect([...secrets, isSecretTag("pickup_code")]).toEqual([true, false, false]);
  });

  it.each<[string, () => never]>([
    [
      "throws",
      () => {
        throw new RangeError("no");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("no")) as never],
    ["never ends", () => new Promise(() => undefined) as never],
    ["returns an object", () => ({ toString: () => "x" }) as never],
    ["returns a promise of a list", () => Promise.resolve(["a"]) as never],
  ])("that %s breaks only the binding that renders it", async (_name, value) => {
    const stored = [
      { action: "say", options: { note: "{bad}" } },
      { action: "say", options: { note: "ok" } },
    ];
    const { login, audit, rendered } = await parcels(stored, {
      tags: { bad: { description: "", value } },
      lookupTimeoutMs: 20,
    });
    await login();
    expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["fault", "done"]);
    expect(rendered).toEqual(["ok"]);
  });
});

describe("roles", () => {
  it("of the host are the values that actor_role accepts", async () => {
    const { bookend } = await parcels([], { roles: ["admin", "clerk"] });
    const check = (actor_role: string) => bookend.check(binding({ action: "say", conditions: { actor_role } }));
    expect(await check("clerk")).toEqual([]);
    expect(await check("clerk, boss")).toMatchObject([
      { severity: "error", value: "clerk, boss", allowed: expect.stringContaining("admin, clerk") },
    ]);
  });
});

describe("secrets of the host", () => {
  const canary = 'c4nary "&=value';
  const secrets = { slack_token: canary };

  it("are inserted where a template names them, but never shown", async () => {
    const logged: unknown[] = [];
    const log = (...given: readonly unknown[]) => void logged.push(given);
    const audit = memoryAudit();
    const seen: string[] = [];
    const leak = probe({
      leak: async ({ options: { note = "" }, render, logger }) => {
        const text = await render(parseTemplate(note));
        seen.push(text);
        logger.warn({ nested: { list: [text] } }, `sent ${text}`);
        return { status: "failed", reason: `refused: ${text}`, details: { [text]: { text } } };
      },
      abort: async ({ render }) => {
        throw new Error(await render(parseTemplate("{secret.slack_token}")));
      },
    });
    const bookend = createBookend({
      handlers: [leak],
      bindings: memoryBindings(),
      audit,
      secrets,
      development: true,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    await bookend.bindings.add(binding({ action: "leak", options: { note: "{secret.slack_token}" } }));
    await bookend.bindings.add(binding({ action: "abort", abortOnError: true, conditions: { header: "x == y" } }));
    const call = createCall({ event: "login", request: { parameters: { note: canary }, headers: { x: "y" } } });
    const error = await Promise.resolve(bookend.handle(call, () => ({ status: 200, body: {} }))).catch(
      (thrown: Error) => thrown.message,
    );
    expect(seen).toEqual([canary]);
    await bookend.bindings.add({ ...binding({ action: "leak" }), name: "c", conditions: { parameter: "note != x" } });
    const shown = [error, audit.entries, logged, await bookend.explain(call), await bookend.bindings.list()];
    const text = JSON.stringify(shown) + JSON.stringify(describeTags(bookend.registry));
    expect(text).toContain("refused: ***");
    expect(text).not.toContain(JSON.stringify(canary).slice(1, -1));
    expect(text).not.toContain("c4nary");
  });

  it.each(["{secret.other}", "{secret.slack}", "{{secret.other}}", "{secret.__proto__}", "{secret.slack_token.x}"])(
    "%s is refused because of its name",
    async (note) => {
      const problems: unknown[] = [];
      const parse = probe({
        parse: () => {
          try {
            parseTemplate(note);
          } catch (error) {
            problems.push(String(error));
          }
        },
      });
      const { login } = await host({ handlers: [parse], stored: [binding({ action: "parse" })], secrets });
      await login();
      expect(problems).toEqual([expect.stringContaining("there is no tag {secret.")]);
    },
  );
});

describe("events with schemas", () => {
  const invoice = {
    type: "object",
    properties: {
      id: { type: "string" },
      total: { $ref: "#/$defs/money" },
      lines: { type: "array", items: { type: "object", properties: { sku: {} } } },
    },
    $defs: { money: { type: "object", properties: { amount: { type: "number" } } } },
  };
  const events: BookendOptions["events"] = {
    parcel_create: {
      description: "A parcel.",
      parameters: {
        type: "object",
        properties: {
          id: { type: "integer" },
          access: { writeOnly: true },
          card: { properties: { number: { "x-secret": true } } },
        },
      },
      response: invoice,
    },
    ping: {},
  };

  it.each([
    [{ parameter: "id == 1" }, []],
    [{ parameter: "idd == 1" }, ["FIELD_NOT_DESCRIBED"]],
    [{ parameter: "/card/number == 1" }, []],
    [{ parameter: "/card/name == 1" }, ["FIELD_NOT_DESCRIBED"]],
    [{ response: "total.amount > 1" }, []],
    [{ response: "lines.0.sku == a" }, []],
    [{ response: "lines.first == a" }, ["FIELD_NOT_DESCRIBED"]],
    [{ response: "id.length == a" }, ["FIELD_NOT_DESCRIBED"]],
    [{ result_value: "True" }, ["FIELD_NOT_DESCRIBED"]],
    [{ detail_error_message: "no" }, ["FIELD_NOT_DESCRIBED"]],
    [{ header: "x == y", http_status: "4xx" }, []],
  ])("conditions %j on an event that describes its calls: %j", async (conditions, codes) => {
    const { bookend } = await parcels([], { events });
    const check = async (names: readonly string[]) =>
      (await bookend.check(binding({ action: "say", events: names, conditions }))).map(({ code, severity }) => [
        code,
        severity,
      ]);
    const warnings = codes.map((code) => [code, "warning"]);
    expect(await check(["parcel_create"])).toEqual(warnings);
    expect(await check(["parcel_create", "ping"])).toEqual(warnings);
    expect(await check(["ping"])).toEqual([]);
    expect(await check(["pong"])).toMatchObject([["UNKNOWN_EVENT", "error"]]);
  });

  it("mark secrets, as does the host's list of parameters", async () => {
    const found: boolean[] = [];
    const names = [
      "param.access",
      "param.card.number",
      "param.card",
      "param.id",
      "param.code",
      "param.a.b",
      "param.a.c",
    ];
    const ask = probe({ ask: () => void found.push(...names.map(isSecretTag)) });
    const conditions = { parameter: "/card/number != 1", response: "id == x" };
    const stored = [binding({ action: "ask", events: ["parcel_create"], conditions: { parameter: "id == 1" } })];
    const { bookend } = await host({ handlers: [ask], stored, events, secretParameters: ["code", "/a/b"] });
    await bookend.bindings.add(binding({ action: "ask", name: "c", events: ["parcel_create"], conditions }));
    const call = createCall({
      event: "parcel_create",
      request: { parameters: { id: 1, card: { number: "4000" } } },
      response: { status: 200, body: { id: "x" } },
    });
    await bookend.handle(call, () => ({ status: 200, body: {} }));
    expect(found).toEqual([true, true, true, false, true, true, false]);
    const explained = (await bookend.explain(call)).bindings.flatMap((one) => one.conditions.map(({ seen }) => seen));
    expect(explained).toEqual(["1", "***", undefined]);
  });
});

it.each<[string, unknown, RegExp]>([
  ["directories", { Invoices: { find: () => null } }, /directories\.Invoices: the name is not valid/],
  ["directories", { token: { find: () => null } }, /directories\.token: facts already have something of this name/],
  ["directories", { call: { find: () => null } }, /directories\.call: facts already have/],
  // biome-ignore lint/suspicious/noThenProperty: the test shows that this name is refused
  ["directories", { then: { find: () => null } }, /directories\.then: facts already have/],
  ["directories", { constructor: { find: () => null } }, /directories\.constructor: facts already have/],
  ["directories", { invoices: { get: () => null } }, /directories\.invoices\.find: is missing/],
  ["tags", { Serial: { description: "", value: () => "" } }, /tags\.Serial: the name is not valid/],
  ["tags", { serial: { description: "", value: () => "" } }, /tags\.serial: a tag of this name already exists/],
  ["tags", { now: { description: "", value: () => "" } }, /tags\.now: a tag of this name already exists/],
  ["tags", { param: { description: "", value: () => "" } }, /tags\.param: a tag of this name already exists/],
  ["tags", { this: { description: "", value: () => "" } }, /tags\.this: the name is not valid/],
  ["tags", { a: { description: "", value: "x" } }, /tags\.a\.value: "x" is not valid\. Allowed: a function/],
  ["tags", { a: { value: () => "" } }, /tags\.a\.description: is missing/],
  ["tags", { a: { description: "", secrets: true, value: () => "" } }, /tags\.a\.secrets: the option does not exist/],
  ["tags", [], /tags: \[\] is not valid/],
  ["roles", "admin", /roles: "admin" is not valid/],
  ["roles", [], /roles: \[\] is not valid/],
  ["roles", ["a", "a"], /roles: \["a","a"\] is not valid/],
  ["roles", ["a,b"], /roles: \["a,b"\] is not valid/],
  ["secrets", { a: undefined }, /secrets\.a: is missing\. Allowed: a string that is not empty/],
  ["secrets", { a: { hunter2: "hunter2" } }, /^[^2]*secrets\.a: is not valid[^2]*$/],
  ["secrets", { "a.b": "x" }, /secrets\.a\.b: the name is not valid/],
  ["secretParameters", "code", /secretParameters: "code" is not valid\. Allowed: a list of names/],
  ["secretParameters", [""], /secretParameters\.0: "" is not valid/],
  ["secretHeaders", "x-a", /secretHeaders: "x-a" is not valid\. Allowed: a list of names of headers/],
  ["secretHeaders", ["x-a", "x a"], /secretHeaders\.1: "x a" is not valid\. Allowed: the name of a header/],
  ["secretHeaders", [5], /secretHeaders\.0: "?5"? is not valid/],
  ["secretParameters", ["/a/~3"], /secretParameters\.0: "\/a\/~3" is not valid/],
  ["events", { a: { parameter: {} } }, /events\.a\.parameter: the option does not exist.*Did you mean "parameters"/],
  ["events", { a: { response: "x" } }, /events\.a\.response: "x" is not valid\. Allowed: a JSON Schema/],
  ["events", 5, /events: "5" is not valid/],
])("createBookend refuses %s %j", (option, value, message) => {
  const given = { handlers: [], bindings: memoryBindings(), [option]: value } as unknown as BookendOptions;
  expect(() => createBookend(given)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", message: expect.stringMatching(message) }),
  );
});
