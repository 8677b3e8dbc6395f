import { describe, expect, test } from "vitest";
import { createConsole } from "../test/console.js";

const bound = (name: string, change: object = {}) => ({
  name,
  events: ["token_init"],
  handler: "Note",
  action: "write",
  options: { to: "door" },
  ...change,
});
const several = [
  bound("tell the door", { ordering: 3 }),
  bound("Open the gate", { handler: "Gate", action: "shut", options: {}, position: "pre", ordering: 1 }),
  bound("sign it", { action: "sign", options: { key: "geheim" }, events: ["validate_check"], active: false }),
  bound("broken", { options: { to: "nowhere" }, ordering: 2 }),
];
const names = (body: { result: { value: { name: string }[] } }) => body.result.value.map(({ name }) => name);
const send = (console: ReturnType<typeof createConsole>, method: string, path: string, body: object) =>
  console.request(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

describe("GET /event/ with parameters", () => {
  const console = createConsole({ bindings: several });

  test.each([
    ["search=DOOR", ["tell the door"]],
    ["search=gate%20open", ["Open the gate"]],
    ["search=nowhere", ["broken"]],
    ["search=geheim", []],
    ["event=validate_check", ["sign it"]],
    ["event=validate_check&event=token_init&sort=name", ["broken", "Open the gate", "sign it", "tell the door"]],
    ["handlermodule=Gate", ["Open the gate"]],
    ["action=sign", ["sign it"]],
    ["position=pre", ["Open the gate"]],
    ["active=0", ["sign it"]],
    ["problems=true", ["broken"]],
    ["problems=false&active=true", ["Open the gate", "tell the door"]],
    ["sort=-name", ["tell the door", "sign it", "Open the gate", "broken"]],
    ["sort=ordering", ["sign it", "Open the gate", "broken", "tell the door"]],
    ["sort=-id", ["broken", "sign it", "Open the gate", "tell the door"]],
    ["page=2&page_size=3&sort=id", ["broken"]],
  ])("%s finds %j", async (query, expected) => {
    const { body } = await console.get(`/event/?${query}`);
    expect(names(body)).toEqual(expected);
  });

  test("returns the number of matching bindings, and a revision that changes with any binding", async () => {
    const { get, bookend } = createConsole({ bindings: several });
    const { body } = await get("/event?page_size=2");
    expect(body.detail).toEqual({ count: 4, page: 1, page_size: 2, revision: expect.any(String) });
    await bookend.bindings.setActive(1, false);
    expect((await get("/event?page_size=2")).body.detail.revision).not.toBe(body.detail.revision);
  });

  test.each([
    ["colour=red", 'There is no parameter "colour" here'],
    ["sort=colour", 'sort: "colour" is not valid. Allowed: name, ordering, id, event, handlermodule'],
    ["page=0", 'page: "0" is not valid. Allowed: an integer from 1 to 1000000.'],
    ["page_size=1001", 'page_size: "1001" is not valid. Allowed: an integer from 1 to 1000.'],
    ["active=maybe", 'active: "maybe" is not valid. Allowed: true, false.'],
    ["position=both", 'position: "both" is not valid. Allowed: pre, post.'],
    ["search=", 'search: "" is not valid. Allowed: a string of 1 to 1000 characters.'],
  ])("%s is refused, and the message names the parameter", async (query, message) => {
    const { status, body } = await console.get(`/event/?${query}`);
    expect([status, body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe("PATCH /event/<id>", () => {
  test("changes only the given fields; options and conditions are merged, and null removes one", async () => {
    const console = createConsole({
      bindings: [bound("a", { options: { to: "door", body: "x", key: "geheim" }, conditions: { tokentype: "hotp" } })],
    });
    const change = { name: "b", options: { body: null, to: "board", key: "***" }, conditions: { realm: "reso" } };
    const { status, body, headers } = await send(console, "PATCH", "/event/1", change);
    expect([status, headers.get("etag")]).toEqual([200, '"2"']);
    expect(body.result.value).toMatchObject({
      name: "b",
      options: { to: "board", key: "***" },
      conditions: { tokentype: "hotp", realm: "reso" },
      event: ["token_init"],
    });
    expect(await console.bookend.bindings.get(1)).toMatchObject({ options: { to: "board", key: "geheim" } });
  });

  test("is refused for a different revision, an unknown field, and an invalid value", async () => {
    const console = createConsole({ bindings: several });
    expect((await send(console, "PATCH", "/event/1", { name: "x", revision: 7 })).status).toBe(409);
    expect((await send(console, "PATCH", "/event/1", { colour: "red" })).status).toBe(400);
    expect((await send(console, "PATCH", "/event/9", { name: "x" })).status).toBe(404);
    const refused = await send(console, "PATCH", "/event/1", { options: { to: "nowhere" } });
    expect([refused.status, refused.body.detail.problems[0].field]).toEqual([400, "options.to"]);
    expect(await console.bookend.bindings.get(1)).toMatchObject({ name: "tell the door", revision: 1 });
  });
});

describe("POST /event/order", () => {
  test("sets the ordering of several bindings in one change, including broken ones", async () => {
    const console = createConsole({ bindings: several });
    const { revision } = (await console.get("/event?page=1")).body.detail;
    const order = [
      { id: 4, ordering: 1 },
      { id: 1, ordering: 2 },
      { id: 2, ordering: 3 },
    ];
    const { body } = await console.post("/event/order", { order, revision });
    expect(names(body)).toEqual(["broken", "tell the door", "Open the gate"]);
    expect((await console.get("/event?page=1")).body.detail.revision).toBe(body.detail.revision);
    const again = await console.post("/event/order", { order, revision });
    expect([again.status, again.body.result.error.code]).toEqual([409, 905]);
  });

  test.each([
    [
      {
        order: [
          { id: 1, ordering: 5 },
          { id: 9, ordering: 1 },
        ],
      },
      404,
    ],
    [
      {
        order: [
          { id: 1, ordering: 5 },
          { id: 1, ordering: 6 },
        ],
      },
      400,
    ],
    [
      {
        order: [
          { id: 1, ordering: 5 },
          { id: 2, ordering: 2 ** 31 },
        ],
      },
      400,
    ],
    [{ order: [{ id: 1, ordering: 5, name: "x" }] }, 400],
    [{ order: "x" }, 400],
    [{}, 400],
  ])("%j changes nothing (%i)", async (body, status) => {
    const console = createConsole({ bindings: several });
    expect((await console.post("/event/order", body)).status).toBe(status);
    expect(await console.bookend.bindings.get(1)).toMatchObject({ ordering: 3, revision: 1 });
  });
});

describe("POST /event/bulk", () => {
  test("reports what it would do, and then does it", async () => {
    const console = createConsole({ bindings: several });
    const request = { operation: "disable", filter: { event: "token_init", problems: false } };
    const outcome = {
      bindings: [
        { id: 2, name: "Open the gate", outcome: "changed" },
        { id: 1, name: "tell the door", outcome: "changed" },
      ],
    };
    expect((await console.post("/event/bulk", { ...request, dry_run: true })).body.result.value).toEqual({
      ...outcome,
      dry_run: true,
    });
    expect(await console.bookend.bindings.get(1)).toMatchObject({ active: true });
    expect((await console.post("/event/bulk", request)).body.result.value).toEqual({ ...outcome, dry_run: false });
    expect((await console.bookend.bindings.list()).filter(({ active }) => active)).toMatchObject([{ name: "broken" }]);
    const { body } = await console.post("/event/bulk", { operation: "disable", ids: [1, 4] });
    expect(body.result.value.bindings.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "unchanged",
      "changed",
    ]);
  });

  test("enables either all or none: one with errors keeps the others disabled", async () => {
    const console = createConsole({ bindings: several.map((binding) => ({ ...binding, active: false })) });
    const dry = await console.post("/event/bulk", { operation: "enable", ids: [1, 4], dry_run: true });
    expect(dry.body.result.value.bindings).toMatchObject([
      { id: 1, outcome: "changed" },
      { id: 4, outcome: "refused", problems: [{ field: "options.to" }] },
    ]);
    const refused = await console.post("/event/bulk", { operation: "enable", ids: [1, 4] });
    expect([refused.status, refused.body.detail.problems[0].field]).toEqual([400, "binding 4: options.to"]);
    expect((await console.bookend.bindings.list()).some(({ active }) => active)).toBe(false);
  });

  test("deletes the chosen bindings", async () => {
    const console = createConsole({ bindings: several });
    expect((await console.post("/event/bulk", { operation: "delete", ids: [1, 3] })).status).toBe(200);
    expect((await console.bookend.bindings.list()).map(({ id }) => id)).toEqual([2, 4]);
  });

  test.each([
    [{ operation: "delete" }, 400],
    [{ operation: "delete", ids: [1], filter: {} }, 400],
    [{ operation: "delete", ids: [1, 9] }, 404],
    [{ operation: "delete", ids: [1, 1] }, 400],
    [{ operation: "delete", filter: { colour: "red" } }, 400],
    [{ operation: "erase", ids: [1] }, 400],
  ])("%j changes nothing (%i)", async (body, status) => {
    const console = createConsole({ bindings: several });
    expect((await console.post("/event/bulk", body)).status).toBe(status);
    expect(await console.bookend.bindings.list()).toHaveLength(4);
  });
});

describe("POST /event/<id>/copy", () => {
  test("adds a disabled binding with the secrets of the original", async () => {
    const console = createConsole({ bindings: several });
    const { body } = await console.post("/event/3/copy");
    expect(body.result.value).toMatchObject({ id: 5, name: "sign it (2)", active: false, options: { key: "***" } });
    expect(await console.bookend.bindings.get(5)).toMatchObject({ options: { key: "geheim" } });
    const named = await console.post("/event/1/copy", { name: "another", active: true });
    expect(named.body.result.value).toMatchObject({ id: 6, name: "another", active: true });
    expect((await console.post("/event/1/copy", { name: "another" })).status).toBe(400);
    expect((await console.post("/event/9/copy")).status).toBe(404);
  });
});

describe("the description of the server", () => {
  test("describe lists events, handlers with JSON Schema, and tags", async () => {
    const { get } = createConsole();
    const { handlers, events, tags } = (await get("/event/describe")).body.result.value;
    expect(events).toEqual([{ name: "token_init" }, { name: "validate_check" }]);
    expect(handlers.map(({ id }: { id: string }) => id)).toEqual(["Note", "Gate"]);
    expect(handlers[0].actions[0].options.properties).toMatchObject({
      pattern: { "x-choices": ["a+", "b+"] },
      key: { "x-secret": true },
    });
    expect(tags).toContainEqual({ name: "param.", description: expect.any(String), secret: false, path: true });
    const one = (await get("/event/describe/Note")).body.result.value;
    expect(one).toMatchObject({ id: "Note", abort_on_error: false });
    expect((await get("/event/describe/No")).status).toBe(404);
  });

  test("tags lists the tags for a position and an action", async () => {
    const { get } = createConsole();
    const tagNames = async (query: string) =>
      (await get(`/event/tags${query}`)).body.result.value.map(({ name }: { name: string }) => name);
    expect(await tagNames("")).toEqual(expect.arrayContaining(["user", "serial", "param.", "response."]));
    expect(await tagNames("?position=pre")).not.toContain("response.");
    expect((await get("/event/tags?handlermodule=Note&action=no")).status).toBe(404);
  });

  test("rights lists the granted rights, the caller, and the features of the host", async () => {
    const { get } = createConsole({
      authorize: ({ right }) => right.endsWith(":read") || { status: 403, code: 303, message: "not allowed" },
      actor: () => ({ username: "hans", realm: "", role: "reader" }),
    });
    expect((await get("/event/rights")).body.result.value).toEqual({
      rights: ["bindings:read", "audit:read", "calls:read", "deliveries:read"],
      user: { name: "hans", role: "reader" },
      features: ["history", "preview"],
    });
    const nobody = createConsole({ authorize: () => ({ status: 401, code: 4033, message: "no token" }) });
    expect((await nobody.get("/event/rights")).status).toBe(401);
  });
});
