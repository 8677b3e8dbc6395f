import { describe, expect, test } from "vitest";
import { createConsole } from "../../test/console.js";

const stored = {
  name: "stored",
  events: ["token_init"],
  handler: "Note",
  action: "write",
  ordering: 2,
  options: { to: "door", key: "s3cret", body: "{{#if serial}}{serial}{{/if}}" },
  conditions: { tokentype: "hotp" },
};
const gate = { name: "gate", events: ["token_init"], handler: "Gate", action: "shut", active: false };

/** A binding as privacyIDEA exports it. */
const foreign = {
  id: 17,
  name: "from elsewhere",
  active: true,
  event: ["token_init"],
  handlermodule: "Note",
  action: "write",
  position: "post",
  ordering: 0,
  abort_on_error: false,
  conditions: { tokentype: "totp" },
  options: { to: "board", loud: "True" },
};

describe("GET /event/export", () => {
  test("returns all bindings without their ids, and which secrets are masked", async () => {
    const { body } = await createConsole({ bindings: [stored, gate] }).get("/event/export");
    expect(body.result.value).toEqual({
      format: "bookend",
      bindings: [
        expect.objectContaining({ name: "gate", active: false, abort_on_error: null }),
        {
          name: "stored",
          active: true,
          event: ["token_init"],
          handlermodule: "Note",
          action: "write",
          position: "post",
          ordering: 2,
          abort_on_error: null,
          conditions: { tokentype: "hotp" },
          options: { ...stored.options, key: "***" },
        },
      ],
    });
    expect(body.detail).toEqual({ masked: [{ id: 1, name: "stored", option: "key" }] });
  });
});

describe("POST /event/import", () => {
  test("imports an export, and updates bindings with the same names", async () => {
    const { key, ...options } = stored.options;
    const { get, post, bookend } = createConsole({ bindings: [{ ...stored, options }, gate] });
    const before = await bookend.bindings.list();
    const exported = (await get("/event/export")).body.result.value;
    const { status, body } = await post("/event/import", { ...exported, mode: "replace" });
    expect([status, body.result.value]).toEqual([200, 2]);
    expect(body.detail.bindings).toEqual([
      { id: 2, name: "gate", outcome: "unchanged", active: false, problems: [] },
      { id: 1, name: "stored", outcome: "unchanged", active: true, problems: [] },
    ]);
    const without = (list: readonly object[]) => list.map((binding) => ({ ...binding, revision: 0 }));
    expect(without(await bookend.bindings.list())).toEqual(without(before));
  });

  test("shows both sides of each change in a dry run with secrets masked, and names the secrets that change", async () => {
    const { get, post, bookend } = createConsole({ bindings: [stored, gate] });
    const { key, ...options } = stored.options;
    const before = await bookend.bindings.list();
    const exported = (await get("/event/export")).body.result.value;
    const [, item] = exported.bindings;
    const wanted = { ...item, options: { ...options, key: "other", loud: true } };
    const { body } = await post("/event/import?dry_run=true&mode=prune", {
      format: "bookend",
      bindings: [wanted, { ...wanted, name: "new" }],
    });
    expect(body.detail).toMatchObject({
      dry_run: true,
      bindings: [
        {
          outcome: "updated",
          before: item,
          after: { ...item, options: { ...item.options, loud: true } },
          changed_secrets: ["key"],
        },
        { id: 0, outcome: "added", after: { name: "new", options: { key: "***" } } },
      ],
      removed: [{ id: 2, name: "gate" }],
    });
    expect(await bookend.bindings.list()).toEqual(before);
    const late = await post(`/event/import?state=${body.detail.state}x`, exported);
    expect([late.status, late.body.result.error.message]).toEqual([409, expect.stringContaining("state: ")]);
  });

  test("refuses *** for a secret that is not stored in strict mode, like any other error", async () => {
    const exported = (await createConsole({ bindings: [stored] }).get("/event/export")).body.result.value;
    const { post, bookend } = createConsole();
    const { status, body } = await post("/event/import?strict=true", exported);
    expect([status, body.detail.problems]).toMatchObject([400, [{ field: "binding 1: options.key", value: "***" }]]);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  test.each([
    ["a list", [foreign]],
    ["a configuration", { event: [foreign] }],
  ])("imports privacyIDEA's export, as %s, in addition to the existing bindings", async (_what, exported) => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    expect((await post("/event/import", exported)).body.result.value).toBe(1);
    expect(await bookend.bindings.list()).toMatchObject([
      { id: 1, name: "gate" },
      { id: 2, name: "from elsewhere", active: true, abortOnError: false, options: { to: "board", loud: "True" } },
    ]);
  });

  test("can replace all other bindings", async () => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    await post("/event/import?mode=replace", [foreign]);
    expect(await bookend.bindings.list()).toMatchObject([{ id: 2, name: "from elsewhere" }]);
  });

  test("keeps an invalid binding, disables it, and reports why", async () => {
    const { post, bookend } = createConsole();
    const invalid = { ...foreign, conditions: { client_ip: "everywhere" }, options: { to: "roof", old: 1 } };
    const { body } = await post("/event/import", [invalid, { ...foreign, handlermodule: "Gone" }, foreign]);
    expect(body.detail.bindings).toMatchObject([
      { id: 1, active: false, problems: expect.arrayContaining([expect.objectContaining({ field: "options.to" })]) },
      { id: 2, active: false, problems: [{ field: "name", severity: "warning" }, { field: "handlermodule" }] },
      { id: 3, active: true, problems: [{ field: "name", severity: "warning" }] },
    ]);
    expect(body.detail.bindings[0].problems).toHaveLength(3);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false, options: { to: "roof", old: 1 } });
  });

  test("disables a binding whose secret is missing, and does not store ***", async () => {
    const exported = (await createConsole({ bindings: [stored] }).get("/event/export")).body.result.value;
    const { post, bookend } = createConsole();
    const { body } = await post("/event/import", exported);
    expect(body.detail.bindings).toMatchObject([
      { id: 1, active: false, problems: [{ field: "options.key", value: "***" }] },
    ]);
    const { key, ...options } = stored.options;
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false, options });
  });

  test("disables a binding whose URL lost its secret, and does not store the URL with ***", async () => {
    const hook = "https://user:pw@hook.example/services/T0123/x?token=s3cret";
    const bindings = [{ ...stored, options: { to: "door", hook } }];
    const exported = (await createConsole({ bindings }).get("/event/export")).body;
    expect(exported.result.value.bindings[0].options.hook).toBe("https://***@hook.example/services/***/x?token=***");
    expect(exported.detail.masked).toEqual([{ id: 1, name: "stored", option: "hook" }]);
    const { post, bookend } = createConsole();
    const { body } = await post("/event/import", exported);
    expect(body.detail.bindings).toMatchObject([{ active: false, problems: [{ field: "options.hook" }] }]);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false, options: { to: "door" } });
    expect((await bookend.bindings.get(1))?.options).not.toHaveProperty("hook");
  });

  test("masks options of a handler that is no longer registered, and keeps them when *** is sent back", async () => {
    const gone = { ...stored, name: "gone", handler: "Gone", active: false, options: { a: "one", b: "s3cret" } };
    const { get, post, bookend } = createConsole({ bindings: [gone] });
    const exported = (await get("/event/export")).body;
    expect(JSON.stringify(exported)).not.toContain("s3cret");
    await post("/event/import", exported);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false, options: gone.options });
    const elsewhere = createConsole();
    await elsewhere.post("/event/import", exported);
    expect((await elsewhere.bookend.bindings.get(1))?.options).toEqual({});
  });

  test("keeps a secret that is stored under the same name and action", async () => {
    const { get, post, bookend } = createConsole({ bindings: [stored, { ...stored, name: "second" }] });
    const exported = (await get("/event/export")).body.result.value;
    const [first, second] = exported.bindings;
    const { body } = await post("/event/import", {
      format: "bookend",
      bindings: [
        { ...first, ordering: 9 },
        { ...second, name: "third" },
      ],
    });
    expect(body.detail.bindings).toMatchObject([
      { name: "stored", active: true, problems: [] },
      { name: "third", active: false, problems: [{ field: "options.key" }] },
    ]);
    expect(await bookend.bindings.get(1)).toMatchObject({ ordering: 9, options: { key: "s3cret" } });
  });

  test("converts privacyIDEA's literal braces, but only in strings with tags", async () => {
    const { post, bookend } = createConsole();
    const options = { to: "door", body: "p {{ color: red }} {serial} {{{serial}}}", pattern: "a{{2}}" };
    await post("/event/import", [{ ...foreign, options }]);
    const rewritten = (await bookend.bindings.get(1))?.options;
    expect(rewritten).toEqual({ to: "door", body: "p \\{ color: red } {serial} \\{{serial}}", pattern: "a{{2}}" });
    await post("/event/import", {
      format: "bookend",
      bindings: [{ ...foreign, name: "ours", options: stored.options }],
    });
    expect((await bookend.bindings.get(2))?.options.body).toBe(stored.options.body);
  });

  test.each([
    [{ mode: "overwrite", bindings: [] }, 'mode: "overwrite" is not valid. Allowed: merge, add, prune, replace.'],
    [{ inactive: "maybe", bindings: [] }, 'inactive: "maybe" is not valid. Allowed: true, false.'],
    [{ format: "yaml", bindings: [] }, 'format: "yaml" is not valid. Allowed: bookend.'],
    [{ format: "bookend", event: [] }, 'There is no parameter "event" here'],
    [{}, "bindings: is missing. Allowed: a list of bindings."],
    [{ bindings: "x" }, 'bindings: "x" is not valid'],
    [{ event: "x" }, 'event: "x" is not valid. Allowed: a list of bindings.'],
    [{ jsonrpc: "2.0", result: { status: false, error: {} } }, "other than an export"],
    [[1], "bindings.0: 1 is not valid"],
    [{ format: "bookend", bindings: [{ ...foreign, condition: "" }] }, 'no parameter "condition"'],
    [[foreign, { name: "x" }], "binding 2: event"],
    [[{ ...foreign, ordering: "first" }], "binding 1: ordering"],
    [
      { mode: "add", bindings: [foreign, { ...foreign, name: "gate" }] },
      'binding 2: name: another binding is called "gate"',
    ],
    [{ format: "bookend", bindings: [foreign, foreign] }, "binding 2: name"],
  ])("refuses %j and changes nothing", async (body, message) => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    const answer = await post("/event/import?mode=replace", body);
    expect([answer.status, answer.body.result.error?.code]).toEqual([400, 905]);
    expect(answer.body.result.error.message).toContain(message);
    expect(await bookend.bindings.list()).toMatchObject([gate]);
  });

  test("accepts mode and inactive in the query or the body", async () => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    const { body } = await post("/event/import?inactive=1", { mode: "replace", bindings: [foreign] });
    expect(body.detail).toMatchObject({ removed: [{ id: 1, name: "gate" }], ignored: [] });
    expect(await bookend.bindings.list()).toMatchObject([{ name: "from elsewhere", active: false }]);
  });
});

describe("an export of privacyIDEA", () => {
  const exported = {
    event: [{ ...foreign, condition: "" }],
    privacyIDEA_version: "3.14",
    policy: [],
    resolver: { a: 1 },
  };

  // from apps/demo/test/fixtures/public-reports.json: F2-export, and similar cases
  test("an empty condition is dropped, and other types and the version are ignored and listed", async () => {
    const { post, bookend } = createConsole();
    const { status, body } = await post("/event/import", exported);
    expect([status, body.result.value]).toEqual([200, 1]);
    expect(body.detail.ignored).toEqual(["privacyIDEA_version", "policy", "resolver"]);
    expect(body.detail.bindings).toMatchObject([{ active: true, problems: [] }]);
    expect(await bookend.bindings.list()).toMatchObject([{ position: "post", active: true }]);
  });

  test.each([
    ["condition", "user_token_number"],
    ["condition", { user_token_number: 3 }],
    ["tenant", "a"],
  ])("an unknown field, %s %j, disables the binding and is reported", async (field, value) => {
    const { post } = createConsole();
    const { body } = await post("/event/import", { event: [{ ...foreign, [field]: value }] });
    expect(body.detail.bindings).toMatchObject([{ active: false, problems: [{ field, value, severity: "error" }] }]);
  });

  const yaml = `event:
- abort_on_error: false
  action: write
  active: true
  condition: ''
  conditions: &shared
    tokentype: totp
  event:
  - token_init
  handlermodule: Note
  id: 17
  name: from elsewhere
  options:
    body: "one\\ntwo {{x}} {serial}"
    loud: 'True'
    pattern: 1e5
    to: board
  ordering: 0
  position: post
- {action: shut, active: false, conditions: *shared, event: [token_init], handlermodule: Gate, name: second, options: {}}
policy: []
privacyIDEA_version: '3.14'
`;
  const python = `{'event': [{'abort_on_error': False, 'action': 'write', 'active': True, 'condition': '',
    'conditions': {'tokentype': 'totp'}, 'event': ['token_init'], 'handlermodule': 'Note', 'id': 17, 'name': 'from elsewhere',
    'options': {'body': 'one\\n'
                        'two {{x}} {serial}', 'loud': 'True', 'pattern': "1e5", 'to': 'board'},
    'ordering': 0, 'position': 'post'},
   {'action': 'shut', 'active': False, 'condition': None, 'conditions': {'tokentype': 'totp'}, 'event': ('token_init',),
    'handlermodule': 'Gate', 'name': 'second', 'options': {}}],
 'policy': [], 'privacyIDEA_version': '3.14'}`;

  // from apps/demo/test/fixtures/public-reports.json: F2-yaml, and similar cases
  test.each([
    ["YAML", "application/yaml", yaml],
    ["YAML with another name of the media type", "text/x-yaml; charset=utf-8", yaml],
    ["a Python literal", "text/x-python", python],
    ["a Python literal with the media type of YAML", "application/yaml", python],
    ["a Python literal without a particular media type", "text/plain", python],
    ["JSON with the media type of YAML", "application/yaml", JSON.stringify(exported)],
  ])("can be imported as %s", async (_what, type, body) => {
    const { request, bookend } = createConsole();
    const answer = await request("/event/import", { method: "POST", headers: { "content-type": type }, body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.detail.ignored.sort()).toEqual(expect.arrayContaining(["policy", "privacyIDEA_version"]));
    const [first, second] = await bookend.bindings.list();
    expect(first).toMatchObject({
      name: "from elsewhere",
      active: true,
      abortOnError: false,
      conditions: { tokentype: "totp" },
    });
    if (!second) return;
    expect(first?.options).toEqual({ body: "one\ntwo \\{x} {serial}", loud: "True", pattern: "1e5", to: "board" });
    expect(second).toMatchObject({ name: "second", active: false, conditions: { tokentype: "totp" } });
  });

  // from apps/demo/test/fixtures/public-reports.json: F2-roundtrip, and similar cases
  test("the complete response to our own export can be imported", async () => {
    const { get, post, bookend } = createConsole({ bindings: [stored, gate] });
    const before = await bookend.bindings.list();
    const { status, body } = await post("/event/import", (await get("/event/export")).body);
    expect([status, body.result.value]).toEqual([200, 2]);
    expect(await bookend.bindings.list()).toEqual(before);
  });

  test.each([
    ["application/yaml", "a: [1, 2\nb: 3", "not valid YAML (at line 2, column 1"],
    ["application/yaml", "{'a': 'b", "not valid YAML"],
    [
      "application/yaml",
      "{'a': 'b",
      "not a Python literal (at line 1, column 7: the string that begins here is not terminated)",
    ],
    ["application/yaml", "a: !!python/object/apply:os.system [x]", "not valid YAML"],
    ["application/yaml", "a: b\na: c", "duplicated mapping key"],
    ["application/yaml", "__proto__: {x: 1}", "__proto__"],
    ["text/x-python", "{'__proto__': 1}", "__proto__"],
    ["text/x-python", "__import__('os').system('x')", "body: is not valid. Allowed: an object, or a list of bindings."],
    ["text/x-python", "{'event': [__import__('os')]}", "event.0: \"__import__('os')\" is not valid"],
    ["application/yaml", "just text", "body: is not valid. Allowed: an object, or a list of bindings."],
    ["application/json", "{'event': []}", "The body is not valid JSON at line 1, column 2"],
  ])("a body of type %s is refused with the reason: %s", async (type, body, message) => {
    const { request } = createConsole();
    const answer = await request("/event/import", { method: "POST", headers: { "content-type": type }, body });
    expect([answer.status, answer.body.result.error?.code]).toEqual([400, 905]);
    expect(answer.body.result.error.message).toContain(message);
  });

  test("references in YAML cannot make a short string stand for billions of values", async () => {
    const levels = Array.from({ length: 12 }, (_, index) => {
      const last = index === 0 ? Array(10).fill("x") : Array(10).fill(`*a${index - 1}`);
      return `a${index}: &a${index} [${last.join(", ")}]`;
    });
    const { request } = createConsole();
    const headers = { "content-type": "application/yaml" };
    const answer = await request("/event/import", { method: "POST", headers, body: levels.join("\n") });
    expect([answer.status, answer.body.result.error.message]).toEqual([
      413,
      expect.stringContaining("more than 200000 values"),
    ]);
  });
});

describe("a request with thousands of problems", () => {
  const count = 2_000;
  const bad = (n: number) => ({
    ...foreign,
    name: `b${n}`,
    conditions: { nope: "1" },
    options: { to: "board", unknown: "1" },
  });
  const body = { bindings: Array.from({ length: count }, (_, n) => bad(n)) };

  test("returns the first problems and the number of the others", async () => {
    const { post } = createConsole({});
    const { detail } = (await post("/event/import", body)).body;
    const reports: { problems: unknown[]; omitted_problems?: number; active: boolean }[] = detail.bindings;
    const listed = reports.reduce((sum, { problems }) => sum + problems.length, 0);
    const omitted = reports.reduce((sum, { omitted_problems = 0 }) => sum + omitted_problems, 0);
    expect([reports.length, listed, listed + omitted]).toEqual([count, 1_000, 2 * count]);
    expect(reports.every(({ active }) => !active)).toBe(true);
    expect(reports[0]).not.toHaveProperty("omitted_problems");

    const all = (await post("/event/check", {})).body.result.value;
    expect([all.valid, all.problems.length, all.omitted_problems]).toEqual([false, 1_000, 2 * count - 1_000]);

    const { bindings } = (await post("/event/explain", { event: "token_init" })).body.result.value;
    const explained: typeof reports = bindings;
    expect(explained.reduce((sum, { problems }) => sum + problems.length, 0)).toBeLessThanOrEqual(1_000);
    expect(explained.at(-1)).toMatchObject({ problems: [], omitted_problems: 2 });
  });

  test("lists the first problems of a refused import and counts the others", async () => {
    const { post } = createConsole({});
    const { status, body: answer } = await post("/event/import", {
      bindings: body.bindings.map((each) => ({ ...each, position: "between" })),
    });
    expect(status).toBe(400);
    expect(answer.detail).toMatchObject({ problems: { length: 100 }, omitted_problems: count - 100 });
    expect(answer.result.error.message).toMatch(/more problems are not listed\.$/);
  });

  test("lists fewer problems if they are long", async () => {
    const { post } = createConsole({});
    const long = Array.from({ length: 50 }, (_, n) => ({ ...bad(n), options: { to: "x".repeat(90_000) } }));
    const { detail } = (await post("/event/import?mode=add", { bindings: long })).body;
    expect(detail.bindings[0].problems).not.toEqual([]);
    expect(detail.bindings[49]).toMatchObject({ problems: [], omitted_problems: 2 });
  });
});
