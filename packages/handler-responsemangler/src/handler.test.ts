import {
  BindingInvalidError,
  type CallResponse,
  createBookend,
  createCall,
  memoryAudit,
  memoryBindings,
} from "@bookend/core";
import { describe, expect, it } from "vitest";
import { responseMangler } from "./index.js";

async function mangle(action: string, options: object, response: CallResponse) {
  const audit = memoryAudit();
  const bookend = createBookend({ handlers: [responseMangler()], bindings: memoryBindings(), audit });
  await bookend.bindings.add({
    name: "mangle",
    events: ["call"],
    handler: "ResponseMangler",
    action,
    options: { ...options },
    abortOnError: false,
  });
  const after = await bookend.handle(createCall({ event: "call" }), () => response);
  return { after, entry: audit.entries[0] };
}

describe("the response mangler", () => {
  it("keeps status and headers, and replaces tags", async () => {
    const { after } = await mangle(
      "set",
      { "JSON pointer": "/detail/by", type: "string", value: "event {action}" },
      { status: 201, headers: { "x-a": "1" }, body: { detail: null } },
    );
    expect(after).toEqual({ status: 201, headers: { "x-a": "1" }, body: { detail: { by: "event /call" } } });
  });

  const stream = () => new ReadableStream();

  it.each([
    ["an object whose detail is a string", { detail: "x" }, "skipped"],
    ["a list", [{ a: 1 }], "skipped"],
    ["null", null, "skipped"],
    ["a number", 5, "skipped"],
    ["undefined", undefined, "skipped"],
    ["an empty string", "", "skipped"],
    ["a string", "secret", "failed"],
    ["JSON in a string", '{"detail":{"pin":"secret"}}', "failed"],
    ["a buffer", Buffer.from("{}"), "failed"],
    ["a stream", stream(), "failed"],
    [
      "an instance of a class",
      new (class Answer {
        detail = { pin: 1 };
      })(),
      "failed",
    ],
  ])("deleting /detail/pin from a body that is %s ends as %s and changes nothing", async (_, body, outcome) => {
    const { after, entry } = await mangle("delete", { "JSON pointer": "/detail/pin" }, { status: 200, body });
    expect(after.body).toBe(body);
    expect(entry).toMatchObject({ outcome });
  });

  it.each([
    ["a string", 200, "secret"],
    ["a number", 200, 5],
    ["an object whose detail is a number", 200, { detail: 5 }],
    ["a buffer", 200, Buffer.from("{}")],
    ["a stream", 200, stream()],
    ["undefined", 200, undefined],
    ["null", 204, null],
  ])(
    "setting /detail/pin in a body that is %s, with the status %i, fails and changes nothing",
    async (_, status, body) => {
      const options = { "JSON pointer": "/detail/pin", type: "string", value: "x" };
      const { after, entry } = await mangle("set", options, { status, body });
      expect(after).toEqual({ status, body });
      expect(entry).toMatchObject({ outcome: "failed" });
    },
  );

  it("removes an item from a list, and sets one", async () => {
    const body = Object.freeze([Object.freeze({ pin: "secret", a: 1 }), { a: 2 }]);
    const removed = await mangle("delete", { "JSON pointer": "/0/pin" }, { status: 200, body });
    expect(removed.after.body).toEqual([{ a: 1 }, { a: 2 }]);
    expect(removed.entry).toMatchObject({ outcome: "done" });
    const set = await mangle("set", { "JSON pointer": "/-", type: "integer", value: "3" }, { status: 200, body });
    expect(set.after.body).toEqual([...body, 3]);
  });

  it("aborts the call when it fails, unless the binding says otherwise", async () => {
    const bookend = createBookend({ handlers: [responseMangler()], bindings: memoryBindings() });
    const options = { "JSON pointer": "/a/b", type: "integer", value: "1" };
    await bookend.bindings.add({ name: "m", events: ["call"], handler: "ResponseMangler", action: "set", options });
    const handled = async () =>
      bookend.handle(createCall({ event: "call" }), () => ({ status: 200, body: { a: "text" } }));
    await expect(handled()).rejects.toMatchObject({ code: "CALL_ABORTED", causeCode: "ACTION_FAILED" });
  });

  it.each([
    ["/__proto__/x", "integer", "1", "JSON pointer", /__proto__/],
    ["/constructor/prototype/x", "integer", "1", "JSON pointer", /constructor/],
    ["/detail", "integer", "4.2", "value", /integer/],
    ["/detail", "bool", "yes", "value", /true, false/],
    ["/detail", "string", "{serail}", "value", /serial/],
  ])("refuses %s as %s %s when saved", async (pointer, type, value, field, message) => {
    const error: BindingInvalidError = await mangle(
      "set",
      { "JSON pointer": pointer, type, value },
      { status: 200, body: {} },
    ).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(BindingInvalidError);
    expect(error.problems).toMatchObject([{ field: `options.${field}`, message: expect.stringMatching(message) }]);
  });

  it("refuses to be bound before the call", async () => {
    const bookend = createBookend({ handlers: [responseMangler()], bindings: memoryBindings() });
    const options = { "JSON pointer": "/a" };
    await expect(
      bookend.bindings.add({
        name: "m",
        events: ["call"],
        position: "pre",
        handler: "ResponseMangler",
        action: "delete",
        options,
      }),
    ).rejects.toMatchObject({ problems: [{ code: "POSITION_NOT_ALLOWED", allowed: "post" }] });
  });
});
