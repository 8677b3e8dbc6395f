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
  test("gives all bindings without their ids, and says which secrets are not in it", async () => {
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
  test("takes what was exported, under new ids", async () => {
    const { key, ...options } = stored.options;
    const { get, post, bookend } = createConsole({ bindings: [{ ...stored, options }, gate] });
    const before = await bookend.bindings.list();
    const exported = (await get("/event/export")).body.result.value;
    const { status, body } = await post("/event/import", { ...exported, mode: "replace" });
    expect([status, body.result.value]).toEqual([200, 2]);
    expect(body.detail.bindings).toEqual([
      { id: 3, name: "gate", active: false, problems: [] },
      { id: 4, name: "stored", active: true, problems: [] },
    ]);
    const without = (list: readonly object[]) => list.map((binding) => ({ ...binding, id: 0 }));
    expect(without(await bookend.bindings.list())).toEqual(without(before));
  });

  test.each([
    ["a list", [foreign]],
    ["a configuration", { event: [foreign] }],
  ])("takes privacyIDEA's export, as %s, beside what is there", async (_what, exported) => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    expect((await post("/event/import", exported)).body.result.value).toBe(1);
    expect(await bookend.bindings.list()).toMatchObject([
      { id: 1, name: "gate" },
      { id: 2, name: "from elsewhere", active: true, abortOnError: false, options: { to: "board", loud: "True" } },
    ]);
  });

  test("a list may replace all others", async () => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    await post("/event/import?mode=replace", [foreign]);
    expect(await bookend.bindings.list()).toMatchObject([{ id: 2, name: "from elsewhere" }]);
  });

  test("keeps an invalid binding, switched off, and says why", async () => {
    const { post, bookend } = createConsole();
    const invalid = { ...foreign, conditions: { client_ip: "everywhere" }, options: { to: "roof", old: 1 } };
    const { body } = await post("/event/import", [invalid, { ...foreign, handlermodule: "Gone" }, foreign]);
    expect(body.detail.bindings).toMatchObject([
      { id: 1, active: false, problems: expect.arrayContaining([expect.objectContaining({ field: "options.to" })]) },
      { id: 2, active: false, problems: [{ field: "handlermodule" }] },
      { id: 3, active: true, problems: [] },
    ]);
    expect(body.detail.bindings[0].problems).toHaveLength(3);
    expect(await bookend.bindings.get(1)).toMatchObject({ active: false, options: { to: "roof", old: 1 } });
  });

  test("a secret that stayed elsewhere switches its binding off, and its mark is not stored", async () => {
    const { get, post, bookend } = createConsole({ bindings: [stored] });
    const exported = (await get("/event/export")).body.result.value;
    const { body } = await post("/event/import", exported);
    expect(body.detail.bindings).toMatchObject([
      { id: 2, active: false, problems: [{ field: "options.key", value: "***" }] },
    ]);
    const { key, ...options } = stored.options;
    expect(await bookend.bindings.get(2)).toMatchObject({ active: false });
    expect((await bookend.bindings.get(2))?.options).toEqual(options);
  });

  test("privacyIDEA's literal braces become ours, in texts with tags only", async () => {
    const { post, bookend } = createConsole();
    const options = { to: "door", body: "p {{ color: red }} {serial} {{{serial}}}", pattern: "a{{2}}" };
    await post("/event/import", [{ ...foreign, options }]);
    const rewritten = (await bookend.bindings.get(1))?.options;
    expect(rewritten).toEqual({ to: "door", body: "p \\{ color: red } {serial} \\{{serial}}", pattern: "a{{2}}" });
    await post("/event/import", { format: "bookend", bindings: [{ ...foreign, options: stored.options }] });
    expect((await bookend.bindings.get(2))?.options.body).toBe(stored.options.body);
  });

  test.each([
    [{ mode: "merge", bindings: [] }, "Parameter mode"],
    [{ format: "yaml", bindings: [] }, "Parameter format"],
    [{}, "Parameter bindings"],
    [{ bindings: "x" }, "Parameter bindings"],
    [[1], "Parameter bindings.0 is 1"],
    [[{ ...foreign, condition: "" }], 'no parameter "condition"'],
    [[foreign, { name: "x" }], "binding 2: event is missing"],
    [[{ ...foreign, ordering: "first" }], 'binding 1: ordering is "first"'],
  ])("refuses %j and changes nothing", async (body, message) => {
    const { post, bookend } = createConsole({ bindings: [gate] });
    const answer = await post("/event/import?mode=replace", body);
    expect([answer.status, answer.body.result.error.code]).toEqual([400, 905]);
    expect(answer.body.result.error.message).toContain(message);
    expect(await bookend.bindings.list()).toMatchObject([gate]);
  });
});
