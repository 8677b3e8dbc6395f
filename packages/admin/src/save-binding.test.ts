import { describe, expect, test } from "vitest";
import { binding, createConsole } from "../test/console.js";

const stored = {
  name: "stored",
  events: ["token_init"],
  handler: "Note",
  action: "write",
  options: { to: "door", key: "s3cret", body: "{serial}" },
  conditions: { tokentype: "hotp" },
};

describe("POST /event", () => {
  test("adds a binding, given as JSON, and answers with its id", async () => {
    const { get, post } = createConsole();
    const { status, body } = await post("/event", {
      name: "full",
      event: ["token_init", "validate_check"],
      handlermodule: "Note",
      action: "write",
      position: "post",
      ordering: 3,
      active: false,
      abort_on_error: true,
      conditions: { tokentype: "hotp", token_locked: true },
      options: { to: "door", loud: true },
    });
    expect([status, body.result.value, body.detail]).toEqual([200, 1, { warnings: [] }]);
    expect((await get("/event/1")).body.result.value).toEqual([
      {
        id: 1,
        name: "full",
        active: false,
        event: ["token_init", "validate_check"],
        handlermodule: "Note",
        action: "write",
        position: "post",
        ordering: 3,
        abort_on_error: true,
        conditions: { tokentype: "hotp", token_locked: true },
        options: { to: "door", loud: true },
      },
    ]);
  });

  test("adds a binding, given as a form of texts", async () => {
    const { get, post } = createConsole();
    const form = new URLSearchParams({
      ...binding,
      event: "token_init, validate_check",
      ordering: "-2",
      active: "False",
      abort_on_error: "1",
      conditions: '{"tokentype": "hotp"}',
      "option.loud": "True",
    });
    expect((await post("/event", form)).body.result.value).toBe(1);
    expect((await get("/event/")).body.result.value).toMatchObject([
      {
        event: ["token_init", "validate_check"],
        ordering: -2,
        active: false,
        abort_on_error: true,
        conditions: { tokentype: "hotp" },
        options: { to: "door", loud: "True" },
      },
    ]);
  });

  test("has defaults: active, post, 0, and what the handler says of errors", async () => {
    const { get, post, bookend } = createConsole();
    await post("/event", { name: "gate", event: "token_init", handlermodule: "Gate", action: "shut" });
    expect((await get("/event/1")).body.result.value).toMatchObject([
      { active: true, position: "post", ordering: 0, abort_on_error: true, conditions: {}, options: {} },
    ]);
    expect(await bookend.bindings.get(1)).toMatchObject({ abortOnError: null });
  });

  test("with an id changes the fields given", async () => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    expect((await post("/event", { id: "1", ordering: "7" })).body.result.value).toBe(1);
    expect(await bookend.bindings.get(1)).toMatchObject({ ...stored, ordering: 7 });
    await post("/event/", { id: 1, "option.to": "board" });
    expect(await bookend.bindings.get(1)).toMatchObject({
      options: { to: "board" },
      conditions: { tokentype: "hotp" },
    });
    await post("/event", { id: 1, conditions: {} });
    expect(await bookend.bindings.get(1)).toMatchObject({ options: { to: "board" }, conditions: {} });
  });

  test("clears options where it is told to", async () => {
    const { post, bookend } = createConsole({
      bindings: [{ name: "gate", events: ["token_init"], handler: "Gate", action: "shut", options: { old: 1 } }],
    });
    expect((await post("/event", { id: 1, clear_options: "True" })).status).toBe(200);
    expect(await bookend.bindings.get(1)).toMatchObject({ options: {} });
  });

  test.each([[7], ["7"], ["x"], [1.5], [{}]])("with the id %j answers with an error", async (id) => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    const { status, body } = await post("/event", { ...binding, id });
    expect([status, body.result.error.code]).toEqual(Number(id) === 7 ? [404, 601] : [400, 905]);
    expect(await bookend.bindings.list()).toHaveLength(1);
  });

  test.each([
    ["name", { name: "" }, 'name is ""'],
    ["event", { event: "token_intt" }, 'Did you mean "token_init"?'],
    ["event", { event: "" }, "event is []; allowed: a list"],
    ["handlermodule", { handlermodule: "Notes" }, 'Did you mean "Note"?'],
    ["handlermodule", { handlermodule: undefined }, "handlermodule is missing"],
    ["action", { action: "writ" }, 'Did you mean "write"?'],
    ["position", { position: "before" }, 'position is "before"; allowed: pre, post'],
    ["position", { position: "pre" }, 'position is "pre"; Note:write allows post'],
    ["ordering", { ordering: "first" }, 'ordering is "first"; allowed: an integer'],
    ["active", { active: "maybe" }, 'active is "maybe"; allowed: true, false'],
    ["abort_on_error", { abort_on_error: "maybe" }, 'abort_on_error is "maybe"'],
    ["conditions", { conditions: "{" }, 'conditions is "{"'],
    ["conditions.tokentypes", { conditions: { tokentypes: "hotp" } }, 'Did you mean "tokentype"?'],
    ["conditions.client_ip", { conditions: '{"client_ip": "10.0.0.300"}' }, "10.0.0.300"],
    ["conditions.counter", { conditions: { counter: "a > 1" } }, "no directory of counters"],
    ["options.too", { "option.too": "door" }, 'Did you mean "to"?'],
    ["options.to", { "option.to": "window" }, "board, door"],
    ["options.to", { "option.to": undefined }, "options.to is missing"],
    ["options.body", { "option.body": "{seriall}" }, "{serial}"],
    ["delivery", { delivery: "durable" }, "no outbox"],
  ])("refuses a bad %s: %j", async (field, change, message) => {
    const { post, bookend } = createConsole();
    const { status, body } = await post("/event", { ...binding, ...change });
    expect([status, body.result.error.code]).toEqual([400, 905]);
    expect(body.result.error.message).toContain(message);
    expect(body.detail.problems).toEqual([
      expect.objectContaining({ severity: "error", field, message: expect.stringContaining(message) }),
    ]);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test("names every problem at once", async () => {
    const { body } = await createConsole().post("/event", {
      ...binding,
      event: "no",
      "option.to": "no",
      conditions: { no: 1 },
    });
    expect(body.detail.problems.map(({ field }: { field: string }) => field).sort()).toEqual([
      "conditions.no",
      "event",
      "options.to",
    ]);
  });

  test("answers with warnings of what was saved", async () => {
    const { body } = await createConsole().post("/event", { ...binding, conditions: { tokentype: "motp" } });
    expect(body.result.value).toBe(1);
    expect(body.detail.warnings).toEqual([
      expect.objectContaining({ severity: "warning", code: "UNKNOWN_CHOICE", field: "conditions.tokentype" }),
    ]);
  });
});

describe("a secret option", () => {
  test("is never shown", async () => {
    const { get, post } = createConsole({ bindings: [stored] });
    const answers = [
      await get("/event/"),
      await get("/event/1"),
      await get("/event/export"),
      await post("/event", { id: 1, ordering: 1 }),
      await post("/event/explain", { event: "token_init" }),
      await post("/event/check", { id: 1, "option.key": "" }),
      await post("/event", { id: 1, handlermodule: "Gate" }),
      await post("/event", { id: 1, "option.key": 5, "option.to": "nowhere" }),
    ];
    expect((await get("/event/1")).body.result.value[0].options).toEqual({ to: "door", key: "***", body: "{serial}" });
    expect(JSON.stringify(answers)).not.toContain("s3cret");
  });

  test("is kept where its mark is sent back", async () => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    await post("/event", { id: 1, options: { to: "board", key: "***" } });
    expect(await bookend.bindings.get(1)).toMatchObject({ options: { to: "board", key: "s3cret" } });
  });

  test.each([
    ["for a new binding", { ...binding, "option.key": "***" }],
    ["for another action", { id: 1, action: "sign", "option.key": "***" }],
  ])("is refused as its mark %s", async (_what, fields) => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    const { status, body } = await post("/event", fields);
    expect([status, body.detail.problems[0].field]).toEqual([400, "options.key"]);
    expect(await bookend.bindings.list()).toMatchObject([stored]);
  });

  test("an option that is none may be three stars", async () => {
    const { post, bookend } = createConsole();
    await post("/event", { ...binding, "option.pattern": "***" });
    expect(await bookend.bindings.get(1)).toMatchObject({ options: { pattern: "***" } });
  });
});

describe("enable, disable, delete", () => {
  test("switch a binding and answer with its id", async () => {
    const { post, request, bookend } = createConsole({ bindings: [stored] });
    expect((await post("/event/disable/1")).body.result.value).toBe(1);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false });
    expect((await post("/event/enable/1", {})).body.result.value).toBe(1);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: true });
    expect((await request("/event/1", { method: "DELETE" })).body.result.value).toBe(1);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test.each([
    ["POST", "/event/enable/9"],
    ["POST", "/event/disable/9"],
    ["DELETE", "/event/9"],
    ["GET", "/event/9"],
  ])("%s %s of none is 404", async (method, path) => {
    const { status, body } = await createConsole().request(path, { method });
    expect([status, body.result.error.code]).toEqual([404, 601]);
  });
});

describe("POST /event/check", () => {
  test("says what saving would say, and saves nothing", async () => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    const check = async (fields: object) => (await post("/event/check", fields)).body.result.value;
    expect(await check(binding)).toEqual({ valid: true, problems: [] });
    expect(await check({ ...binding, "option.to": "no" })).toMatchObject({
      valid: false,
      problems: [{ field: "options.to" }],
    });
    expect(await check({ id: 1, position: "pre" })).toMatchObject({ valid: false, problems: [{ field: "position" }] });
    expect(await check({ ...binding, "option.key": "***" })).toMatchObject({
      valid: false,
      problems: [{ field: "options.key" }],
    });
    expect(await check({ ...binding, conditions: { tokentype: "motp" } })).toMatchObject({
      valid: true,
      problems: [{ severity: "warning" }],
    });
    expect(await bookend.bindings.list()).toMatchObject([stored]);
  });

  test("without fields says what is wrong with all that are stored", async () => {
    const { post } = createConsole({
      bindings: [stored, { ...stored, handler: "Gone" }, { ...stored, events: ["gone"] }],
    });
    const { body } = await post("/event/check");
    expect(body.result.value).toMatchObject({
      valid: false,
      problems: [
        { field: "binding 2: handlermodule", message: expect.stringMatching(/^handlermodule: Handler "Gone"/) },
        { field: "binding 3: event" },
      ],
    });
  });
});
