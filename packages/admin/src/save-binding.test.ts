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
  test("adds a binding, given as JSON, and returns its id", async () => {
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
        revision: 1,
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

  test("adds a binding, given as a form of strings", async () => {
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

  test("gives a new binding the defaults: active, at post, with the ordering 0 and the handler's abort_on_error", async () => {
    const { get, post, bookend } = createConsole();
    await post("/event", { name: "gate", event: "token_init", handlermodule: "Gate", action: "shut" });
    expect((await get("/event/1")).body.result.value).toMatchObject([
      { active: true, position: "post", ordering: 0, abort_on_error: true, conditions: {}, options: {} },
    ]);
    expect(await bookend.bindings.get(1)).toMatchObject({ abortOnError: null });
  });

  test("changes the given fields of the binding with the given id", async () => {
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

  test("clears options on request", async () => {
    const { post, bookend } = createConsole({
      bindings: [{ name: "gate", events: ["token_init"], handler: "Gate", action: "shut", options: { old: 1 } }],
    });
    expect((await post("/event", { id: 1, clear_options: "True" })).status).toBe(200);
    expect(await bookend.bindings.get(1)).toMatchObject({ options: {} });
  });

  test.each([[7], ["7"], ["x"], [1.5], [{}]])("with the id %j returns an error", async (id) => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    const { status, body } = await post("/event", { ...binding, id });
    expect([status, body.result.error.code]).toEqual(Number(id) === 7 ? [404, 601] : [400, 905]);
    expect(await bookend.bindings.list()).toHaveLength(1);
  });

  test.each([
    ["name", { name: "" }, 'name is ""'],
    ["event", { event: "token_intt" }, 'Did you mean "token_init"?'],
    ["event", { event: "" }, "event is []. Allowed: a list"],
    ["handlermodule", { handlermodule: "Notes" }, 'Did you mean "Note"?'],
    ["handlermodule", { handlermodule: undefined }, "handlermodule is missing"],
    ["action", { action: "writ" }, 'Did you mean "write"?'],
    ["position", { position: "before" }, 'position is "before". Allowed: pre, post'],
    ["position", { position: "pre" }, 'position is "pre", at which Note:write cannot run. Allowed: post'],
    ["ordering", { ordering: "first" }, 'ordering is "first". Allowed: an integer'],
    ["active", { active: "maybe" }, 'active is "maybe". Allowed: true, false'],
    ["abort_on_error", { abort_on_error: "maybe" }, 'abort_on_error is "maybe"'],
    ["conditions.tokentypes", { conditions: { tokentypes: "hotp" } }, 'Did you mean "tokentype"?'],
    ["conditions.client_ip", { conditions: '{"client_ip": "10.0.0.300"}' }, "10.0.0.300"],
    ["conditions.counter", { conditions: { counter: "a > 1" } }, "does not provide a directory of counters"],
    ["options.too", { "option.too": "door" }, 'Did you mean "to"?'],
    ["options.to", { "option.to": "window" }, "board, door"],
    ["options.to", { "option.to": undefined }, "options.to is missing"],
    ["options.body", { "option.body": "{seriall}" }, "{serial}"],
    ["delivery", { delivery: "durable" }, "no outbox"],
  ])("refuses an invalid %s: %j", async (field, change, message) => {
    const { post, bookend } = createConsole();
    const { status, body } = await post("/event", { ...binding, ...change });
    expect([status, body.result.error.code]).toEqual([400, 905]);
    expect(body.result.error.message).toContain(message);
    expect(body.detail.problems).toEqual([
      expect.objectContaining({ severity: "error", field, message: expect.stringContaining(message) }),
    ]);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test.each([
    ["conditions", '{"tokentype": hotp}', "conditions is not valid JSON at line 1, column 15: expected a value"],
    ["options", "{'to': 'door'}", "options is not valid JSON at line 1, column 2: expected a name in double quotes"],
    ["event", '["token_init"', 'event is not valid JSON at line 1, column 14: expected "," or "]"'],
  ])("returns where the JSON of %s is malformed", async (field, value, message) => {
    const { post, bookend } = createConsole();
    const { status, body } = await post("/event", { ...binding, [field]: value });
    expect([status, body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test("reports all problems together", async () => {
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

  test("refuses a name that another binding has", async () => {
    const { post, bookend } = createConsole({ bindings: [stored, { ...stored, name: "other" }] });
    for (const fields of [
      { ...binding, name: "stored" },
      { id: 2, name: "stored" },
    ]) {
      const { status, body } = await post("/event", fields);
      expect([status, body.detail.problems]).toMatchObject([400, [{ code: "NAME_TAKEN", field: "name" }]]);
    }
    expect((await post("/event", { id: 1, name: "stored" })).status).toBe(200);
    expect((await bookend.bindings.list()).map(({ name }) => name)).toEqual(["stored", "other"]);
    const checked = await post("/event/check", { ...binding, name: "other" });
    expect(checked.body.result.value).toMatchObject({ valid: false, problems: [{ code: "NAME_TAKEN" }] });
  });

  test("does not find an option or a condition under a name that every object inherits", async () => {
    const { post } = createConsole();
    const inherited = { constructor: "1", toString: "1", prototype: "1" };
    const names = Object.keys(inherited);
    const { body } = await post("/event/check", { ...binding, conditions: inherited, options: inherited });
    const fields = body.result.value.problems.map(({ field }: { field: string }) => field);
    for (const name of names) expect(fields).toEqual(expect.arrayContaining([`conditions.${name}`, `options.${name}`]));
    const flat = Object.fromEntries(names.map((name) => [`option.${name}`, "1"]));
    const saved = await post("/event", { ...binding, ...flat });
    expect(saved.status).toBe(400);
    for (const name of names) expect(saved.body.result.error.message).toContain(`options.${name}`);
  });

  test("returns warnings about what was saved", async () => {
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

  test("is kept if the client sends back ***", async () => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    await post("/event", { id: 1, options: { to: "board", key: "***" } });
    expect(await bookend.bindings.get(1)).toMatchObject({ options: { to: "board", key: "s3cret" } });
  });

  test.each([
    ["for a new binding", { ...binding, "option.key": "***" }],
    ["for another action", { id: 1, action: "sign", "option.key": "***" }],
  ])("is refused if the client sends *** %s", async (_what, fields) => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    const { status, body } = await post("/event", fields);
    expect([status, body.detail.problems[0].field]).toEqual([400, "options.key"]);
    expect(await bookend.bindings.list()).toMatchObject([stored]);
  });

  describe("in a URL", () => {
    const hook = "https://hook.example/in?token=s3cret";
    const shown = "https://hook.example/in?token=***";
    const withHook = { ...stored, options: { to: "door", hook } };

    test("only parts that may be secret are hidden", async () => {
      const { get, post } = createConsole({ bindings: [withHook] });
      expect((await get("/event/1")).body.result.value[0].options).toEqual({ to: "door", hook: shown });
      const answers = [
        await get("/event/"),
        await get("/event/export"),
        await post("/event/check", { id: 1, "option.hook": 5, "option.to": "nowhere" }),
        await post("/event/check", { ...binding, "option.hook": hook, "option.to": "nowhere" }),
        await post("/event", { ...binding, "option.hook": hook, "option.to": "nowhere" }),
        await post("/event", { ...binding, "option.hook": hook.repeat(100) }),
      ];
      expect(JSON.stringify(answers)).not.toContain("s3cret");
    });

    test("the displayed value stands for the stored one if it is sent back", async () => {
      const { post, bookend } = createConsole({ bindings: [withHook] });
      await post("/event", { id: 1, options: { to: "board", hook: shown } });
      expect(await bookend.bindings.get(1)).toMatchObject({ options: { to: "board", hook } });
    });

    test.each([
      ["another host", "https://other.example/in?token=***"],
      ["another path", "https://hook.example/out?token=***"],
      ["*** alone", "***"],
    ])("%s does not receive the stored secret", async (_what, changed) => {
      const { post, bookend } = createConsole({ bindings: [withHook] });
      const { status, body } = await post("/event", { id: 1, options: { to: "board", hook: changed } });
      expect([status, body.detail.problems[0].field]).toEqual([400, "options.hook"]);
      expect(await bookend.bindings.get(1)).toMatchObject({ options: { to: "door", hook } });
    });
  });

  test("an option that is not secret may be three asterisks", async () => {
    const { post, bookend } = createConsole();
    await post("/event", { ...binding, "option.pattern": "***" });
    expect(await bookend.bindings.get(1)).toMatchObject({ options: { pattern: "***" } });
  });
});

describe("enable, disable, delete", () => {
  test("change a binding and return its id", async () => {
    const { post, request, bookend } = createConsole({ bindings: [stored] });
    expect((await post("/event/disable/1")).body.result.value).toBe(1);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false });
    expect((await post("/event/enable/1", {})).body.result.value).toBe(1);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: true });
    expect((await request("/event/1", { method: "DELETE" })).body.result.value).toBe(1);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test("enabling checks the binding, as saving does; disabling and deleting do not", async () => {
    const broken = { ...stored, options: { to: "roof" }, active: false };
    const { post, request, bookend } = createConsole({
      bindings: [broken, { ...stored, name: "gone", handler: "Gone" }],
    });
    const { status, body } = await post("/event/enable/1");
    expect([status, body.detail.problems]).toMatchObject([400, [{ field: "options.to" }]]);
    expect((await post("/event/disable/2")).status).toBe(200);
    expect(await bookend.bindings.list()).toMatchObject([{ active: false }, { active: false }]);
    expect((await request("/event/2", { method: "DELETE" })).status).toBe(200);
  });

  test.each([
    ["POST", "/event/enable/9"],
    ["POST", "/event/disable/9"],
    ["DELETE", "/event/9"],
    ["GET", "/event/9"],
  ])("%s %s returns 404 for an unknown id", async (method, path) => {
    const { status, body } = await createConsole().request(path, { method });
    expect([status, body.result.error.code]).toEqual([404, 601]);
  });
});

describe("a revision", () => {
  const send = (
    console: ReturnType<typeof createConsole>,
    method: string,
    path: string,
    body: object,
    ifMatch?: string,
  ) =>
    console.request(path, {
      method,
      headers: { "content-type": "application/json", ...(ifMatch !== undefined && { "if-match": ifMatch }) },
      body: JSON.stringify(body),
    });

  test("is returned, and grows with each change", async () => {
    const console = createConsole({ bindings: [stored] });
    const first = await console.get("/event/1");
    expect([first.headers.get("etag"), first.body.result.value[0].revision]).toEqual(['"1"', 1]);
    const saved = await console.post("/event", { id: 1, ordering: 1, revision: 1 });
    expect([saved.status, saved.headers.get("etag")]).toEqual([200, '"2"']);
    expect((await console.get("/event/")).body.result.value[0].revision).toBe(2);
  });

  test.each([
    ["POST", "/event", { id: 1, ordering: 5, revision: 1 }, undefined],
    ["POST", "/event", { id: 1, ordering: 5, revision: "1" }, undefined],
    ["POST", "/event", { id: 1, ordering: 5 }, '"1"'],
    ["POST", "/event", { id: 1, ordering: 5 }, 'W/"1"'],
    ["POST", "/event/enable/1", {}, "1"],
    ["POST", "/event/disable/1", { revision: 1 }, undefined],
    ["DELETE", "/event/1", {}, '"1"'],
  ])(
    "%s %s %j with If-Match %s is refused with 409 when the binding was changed",
    async (method, path, body, ifMatch) => {
      const console = createConsole({ bindings: [stored] });
      await console.post("/event", { id: 1, ordering: 1 });
      const answer = await send(console, method, path, body, ifMatch);
      expect([answer.status, answer.body.result.error.code]).toEqual([409, 905]);
      expect(await console.bookend.bindings.list()).toMatchObject([{ ordering: 1, active: true, revision: 2 }]);
      const current = "revision" in body ? { ...body, revision: 2 } : body;
      expect((await send(console, method, path, current, ifMatch && '"2"')).status).toBe(200);
    },
  );

  test("may be missing, in which case the last change wins", async () => {
    const console = createConsole({ bindings: [stored] });
    await console.post("/event", { id: 1, ordering: 1 });
    expect((await send(console, "POST", "/event", { id: 1, ordering: 2, revision: "" })).status).toBe(200);
    expect((await send(console, "POST", "/event", { id: 1, ordering: 3 }, "*")).status).toBe(200);
    expect(await console.bookend.bindings.get(1)).toMatchObject({ ordering: 3 });
  });

  test.each([
    [{ id: 1, revision: "x" }, undefined, "revision"],
    [{ id: 1, revision: 1.5 }, undefined, "revision"],
    [{ id: 1, revision: 1 }, '"2"', "If-Match"],
    [{ id: 1 }, "abc", "If-Match"],
    [{ ...binding, revision: 1 }, undefined, "revision"],
  ])("refuses %j with If-Match %s", async (body, ifMatch, field) => {
    const console = createConsole({ bindings: [stored] });
    const { status, body: answer } = await send(console, "POST", "/event", body, ifMatch);
    expect([status, answer.result.error.message]).toEqual([400, expect.stringContaining(field)]);
    expect(await console.bookend.bindings.list()).toMatchObject([{ revision: 1 }]);
  });

  test("is not needed to change different fields at the same time: no change is lost", async () => {
    const { post, bookend } = createConsole({ bindings: [stored] });
    for (let round = 0; round < 30; round++) {
      const answers = await Promise.all([
        post("/event", { id: 1, name: `name ${round}` }),
        post(`/event/${round % 2 ? "enable" : "disable"}/1`),
        post("/event", { id: 1, options: { to: "board", key: "***" } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await bookend.bindings.get(1)).toMatchObject({
        name: `name ${round}`,
        active: round % 2 === 1,
        options: { key: "s3cret" },
      });
    }
  });
});

describe("POST /event/check", () => {
  test("returns the problems that saving would report, without saving", async () => {
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

  test("returns the problems of all stored bindings if no fields are given", async () => {
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
