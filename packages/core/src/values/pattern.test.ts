import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { maxPatternInput, pattern } from "./pattern.js";

describe("a regular expression", () => {
  it("is found anywhere, at the start, or is the whole text", () => {
    const answers = (source: string, text: string) =>
      (["anywhere", "at the start", "whole text"] as const).map((mode) => pattern(mode).parse(source).test(text));
    expect(answers("otp", "wrong otp pin")).toEqual([true, false, false]);
    expect(answers("wrong", "wrong otp pin")).toEqual([true, true, false]);
    expect(answers("wrong.*", "wrong otp pin")).toEqual([true, true, true]);
    expect(answers("TOTP|OTP", "HOTP1")).toEqual([true, false, false]);
    expect(answers("a|ab", "ab")).toEqual([true, true, true]);
    expect(answers("(?m)^b", "a\nb")).toEqual([true, false, false]);
    expect(answers("\\Qa.b", "a.b")).toEqual([true, true, true]);
    expect(answers("\\Qa.b", "axb")).toEqual([false, false, false]);
    expect(answers("", "anything")).toEqual([true, true, false]);
  });

  it.each([
    ["(?=a)", "Look-around"],
    ["(?!a)b", "Look-around"],
    ["(?<=a)b", "Look-around"],
    ["(?<!a)b", "Look-around"],
    ["(a)\\1", "Back-references"],
    ["(?P<n>a)(?P=n)", "Back-references"],
    ["(?<n>a)\\k<n>", "Back-references"],
    ["[", 'wrong at "["'],
    ["a**", "wrong at"],
    ["a)|(?:b", "wrong at"],
    ["a{1001}", "wrong at"],
    ["(?:a{0,1000}b){0,1}".repeat(40), "too large"],
    ["x".repeat(4001), "longer than 4000"],
    [5, "5 is not a text"],
    [null, "null is not a text"],
  ])("refuses %j: %s", (source, message) => {
    expect(() => pattern().parse(source)).toThrow(message);
    expect(() => pattern("at the start").parse(source)).toThrow(message);
  });

  it("takes nested repetitions, and time linear in the text", () => {
    const nested = pattern().parse("(a+)+$");
    const text = `${"a".repeat(maxPatternInput - 1)}b`;
    const before = performance.now();
    expect(nested.test(text)).toBe(false);
    // a backtracking engine would need longer than the universe exists
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("looks at the first 10,000 code units only", () => {
    const end = pattern().parse("end");
    expect(end.test(`${"x".repeat(maxPatternInput - 3)}end`)).toBe(true);
    expect(end.test(`${"x".repeat(maxPatternInput - 2)}end`)).toBe(false);
  });
});
