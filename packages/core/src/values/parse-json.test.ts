import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstJsonError, parseJson } from "./parse-json.js";

describe("parseJson", () => {
  test.each([
    ["", "line 1, column 1: expected a value, found the end"],
    ['{"a": {username}}', 'line 1, column 8: expected a name in double quotes or "}", found "u"'],
    ['{"a": 1,}', 'line 1, column 9: expected a name in double quotes, found "}"'],
    ["[1, 2", 'line 1, column 6: expected "," or "]", found the end'],
    ["[1 2]", 'line 1, column 4: expected "," or "]", found "2"'],
    ['{"a" 1}', 'line 1, column 6: expected ":", found "1"'],
    ["{“hashlib”: “sha256”}", 'line 1, column 2: expected a name in double quotes or "}", found “ (U+201C)'],
    ["{\n  'a': 1\n}", 'line 2, column 3: expected a name in double quotes or "}", found "\'"'],
    ['{"a": "b', "line 1, column 7: the string that begins here is not terminated"],
    ['"a\nb"', "line 1, column 3: a string cannot hold U+000A; write it as an escape sequence, such as \\n"],
    ['"\\x41"', "line 1, column 2: the backslash does not begin an escape sequence of JSON"],
    ["{} {}", 'line 1, column 4: expected the end, found "{"'],
    ["01", 'line 1, column 2: expected the end, found "1"'],
    ["True", 'line 1, column 1: expected a value, found "T"'],
  ])("reports where %j stops being JSON", (source, message) => {
    expect(() => parseJson(source)).toThrow(
      expect.objectContaining({
        code: "VALUE_INVALID",
        message: `is not valid JSON at ${message}.`,
        allowed: "valid JSON",
      }),
    );
  });

  test("agrees with the engine on which strings are JSON", () => {
    const token = fc.constantFrom(
      ...'{}[]:,"\\ \n',
      "a",
      "1",
      "-",
      "0",
      ".5",
      "e3",
      "true",
      "null",
      '"a"',
      "\u007f",
      "\u{1f642}",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(token).map((parts) => parts.join("")),
        ),
        (source) => {
          let valid = true;
          try {
            JSON.parse(source);
          } catch {
            valid = false;
          }
          expect(firstJsonError(source) === undefined).toBe(valid);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("does not exhaust the stack on deep or long input", () => {
    const deep = 300_000;
    expect(firstJsonError("[".repeat(deep))).toMatchObject({ offset: deep });
    expect(firstJsonError(`"${"\\n".repeat(deep)}`)).toMatchObject({ offset: 0 });
    expect(firstJsonError(`["${"é".repeat(deep)}",`)).toMatchObject({ offset: deep + 4 });
  });
});
