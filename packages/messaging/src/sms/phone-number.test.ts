import { describe, expect, it } from "vitest";
import { numberRewriting, phoneNumber } from "./phone-number.js";

describe("phoneNumber", () => {
  it.each([
    ["+49 561 1111", undefined, "+495611111"],
    ["(0561) 11-11/1.2", undefined, "0561111112"],
    ["0049\u00a0561", undefined, "0049561"],
    ["+49 561", "/^\\+//", "49561"],
    ["0561 1111", "/^0/+49/", "+495611111"],
    ["+49 (0) 561", "/^(\\+\\d+) \\(0\\)/\\1/", "+49561"],
    ["1.1.1", "/1/23/", "232323"],
    ["1/2", "/\\//9/", "192"],
    ["12", "/(1)(x)?/\\2\\1\\0/", "112"],
  ])("makes of %j with the rule %s: %s", (text, rule, number) => {
    expect(phoneNumber(text, rule === undefined ? undefined : numberRewriting.parse(rule))).toBe(number);
  });

  it.each(["", "alice", "+", "++49", "-f/etc/passwd", "+49\n", "12\0", "123456789012345678901", " ".repeat(101), "٤٩"])(
    "refuses %j",
    (text) => {
      expect(() => phoneNumber(text, undefined)).toThrowError(expect.objectContaining({ code: "INVALID_NUMBER" }));
    },
  );

  it("refuses what a rule makes of a number", () => {
    expect(() => phoneNumber("12", numberRewriting.parse("/1/--help /"))).toThrowError(
      expect.objectContaining({ code: "INVALID_NUMBER" }),
    );
  });

  it.each(["", "/", "//", "///", "/a/b", "a/b/", "/a/b/c/", "/(/b/", "/(?!a)/b/", "/a/\\1/", "/a/b\\/"])(
    "refuses the rule %j",
    (rule) => {
      expect(numberRewriting.safeParse(rule).success).toBe(false);
    },
  );
});
