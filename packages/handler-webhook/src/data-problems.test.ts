import { BindingInvalidError, createBookend, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { webhook } from "./index.js";

/** Returns the message of the error when a webhook with this body is saved; empty if there is no error. */
async function problemOf(data: string, more: Record<string, unknown> = {}): Promise<string> {
  const bookend = createBookend({ handlers: [webhook()], bindings: memoryBindings() });
  const options = { URL: "https://example.org/", content_type: "json", data, ...more };
  const binding = { name: "b", events: ["e"], handler: "WebHook", action: "post_webhook", options };
  const error: unknown = await bookend.bindings.add(binding).then(
    () => undefined,
    (reason) => reason,
  );
  if (error === undefined) return "";
  expect(error).toBeInstanceOf(BindingInvalidError);
  const { problems } = error as BindingInvalidError;
  expect(problems).toMatchObject([{ severity: "error", field: "options.data" }]);
  return problems[0]?.message ?? "";
}

// from apps/demo/test/fixtures/public-reports.json: U2, and similar cases
describe("a body that is not JSON", () => {
  it.each([
    ['{"a": {username}}', "line 1, column 8", '"{username}"'],
    ['{"a": 1,\n "b": [{serial}]}', "line 2, column 9", '"{serial}"'],
    ['{"a": }', "line 1, column 7", ""],
    ["{username}", "line 1, column 2", '"{username}"'],
    ['{"a": 1', "line 1, column 8", ""],
    ["{\u201ca\u201d: 1}", "line 1, column 2", "\u201c"],
  ])(
    "is reported with the position of the error and, for a tag, a hint that tags need quotes: %s",
    async (data, place, hint) => {
      const message = await problemOf(data);
      expect(message).toContain(place);
      expect(message).toContain(hint);
      expect(message.includes("must be in quotes")).toBe(/\{[a-z]+\}/.test(data));
    },
  );

  it("is accepted in a form", async () => {
    expect(await problemOf('{"a": {username}}', { content_type: "urlencoded" })).toBe("");
  });
});

describe("the option replace", () => {
  it.each(["", null, " true ", "False"])("can be %j", async (replace) => {
    expect(await problemOf('{"a": "{username}"}', { replace })).toBe("");
  });
});
