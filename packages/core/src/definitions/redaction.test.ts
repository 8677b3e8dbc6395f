import { describe, expect, test } from "vitest";
import { redactionBy } from "./redaction.js";

const { redactText } = redactionBy({
  properties: {
    pin: { "x-secret": true },
    password: { "x-secret": true },
    hook: { "x-secret": "url" },
    open: {},
  },
});

describe("a message shows no secret", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["that is part of another one", { pin: "hunt", password: "hunter2" }, "not hunter2 or hunt", "not *** or ***"],
    ["that contains another one", { pin: "hunter2", password: "hunt" }, "not hunter2 or hunt", "not *** or ***"],
    ["that is a number", { pin: 123_456 }, "123456 is too large", "*** is too large"],
    ["deep inside a value", { password: { list: [{ key: "hunter2" }] } }, "not hunter2", "not ***"],
    ["written as JSON", { password: 'a"b\\c' }, 'not "a\\"b\\\\c"', 'not "***"'],
    [
      "of a URL that contains another one",
      { password: "hunter2", hook: "https://h.example/in?key=hunter2" },
      "https://h.example/in?key=hunter2 with hunter2",
      "https://h.example/in?key=*** with ***",
    ],
  ])("%s", (_, values, text, shown) => {
    expect(redactText(text, values)).toBe(shown);
  });

  test("except strings of up to three characters, which occur in any message, and values that are not secret", () => {
    expect(redactText("open is a word", { open: "open", pin: "is" })).toBe("open is a word");
  });

  test("even for a value with more entries than a function call can have arguments", () => {
    expect(redactText("not hunter2", { password: [...Array(200_000).fill(1), "hunter2"] })).toBe("not ***");
  });
});
