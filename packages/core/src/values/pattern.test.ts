import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { compilePattern, maxPatternInput, pattern } from "./pattern.js";

describe("a regular expression", () => {
  it("matches anywhere, at the start, or the whole string", () => {
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
    ["[", 'not valid at "["'],
    ["a**", "not valid at"],
    ["a)|(?:b", "not valid at"],
    ["a{1001}", "not valid at"],
    ["(?:a{0,1000}b){0,1}".repeat(40), "too large"],
    ["x".repeat(4001), "longer than 4000"],
    [5, "5 is not a string"],
    [null, "null is not a string"],
  ])("refuses %j: %s", (source, message) => {
    expect(() => pattern().parse(source)).toThrow(message);
    expect(() => pattern("at the start").parse(source)).toThrow(message);
  });

  it("accepts nested repetitions, and takes time linear in the string", () => {
    const nested = pattern().parse("(a+)+$");
    const text = `${"a".repeat(maxPatternInput - 1)}b`;
    const before = performance.now();
    expect(nested.test(text)).toBe(false);
    // a backtracking engine would take longer than the age of the universe
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("examines only the first 10,000 code units", () => {
    const end = pattern().parse("end");
    expect(end.test(`${"x".repeat(maxPatternInput - 3)}end`)).toBe(true);
    expect(end.test(`${"x".repeat(maxPatternInput - 2)}end`)).toBe(false);
  });
});

describe("the time of an expression", () => {
  it.each([
    "(?:a{0,1000}b)".repeat(280),
    "((?:a{0,1000}b){0,1}){1000}",
    "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
    "(?P<n>[^]]{500}\\p{L}{500}){20}",
    "(?i:x{1000}|y{1000}|\\Qz\\E{1000}|[[:alpha:]]{1000}){5}",
  ])("is not spent compiling an expression that is too large: %s", (source) => {
    const before = process.cpuUsage();
    expect(() => pattern().parse(source)).toThrow("too large");
    // compiling the first takes seconds; processor time is measured, so that other load does not count
    expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
  });

  it("is bounded by its size times the length that it examines", () => {
    const large = compilePattern("\\p{L}{0,999}".repeat(2), "whole text");
    expect(large.maxInput).toBeLessThan(600);
    expect(large.match("é".repeat(large.maxInput))).toBeDefined();
    expect(large.match("é".repeat(large.maxInput + 1))).toBeUndefined();
    expect(compilePattern("[a-z]+@example\\.org", "anywhere").maxInput).toBe(maxPatternInput);
  });

  it.each([
    "a{3}b{2,}c{0,3}",
    "[]a]{5}",
    "\\Q(((\\E",
    "a|b|c",
    "(?i)x",
    "(?:a)(?P<b>c)",
    "x**".slice(0, 2),
    "\\x{1F600}+",
  ])("does not lead to the refusal of %s", (source) => {
    expect(pattern().parse(source).source).toBe(source);
  });
});

describe("groups", () => {
  it("belong to a match of the whole string, or to the first match", () => {
    const whole = compilePattern("(a)|b(x)?", "whole text");
    expect(whole.groupCount).toBe(2);
    expect(whole.match("a")).toEqual(["a", "a", undefined]);
    expect(whole.match("b")).toEqual(["b", undefined, undefined]);
    expect(whole.match("ab")).toBeUndefined();
    expect(compilePattern("(\\d)(?P<unit>[a-z])", "anywhere").match("x 1m 2s")).toEqual(["1m", "1", "m"]);
    expect(compilePattern("b", "at the start").match("ab")).toBeUndefined();
  });

  it("replace every match", () => {
    const digits = compilePattern("(\\d)(x)?", "anywhere");
    expect(digits.replaceAll("a1b2xc", ([all, digit, x]) => `<${all}|${digit}|${x ?? ""}>`)).toBe("a<1|1|>b<2x|2|x>c");
    expect(compilePattern("x*", "anywhere").replaceAll("abc", () => "-")).toBe("-a-b-c-");
    expect(compilePattern("a", "whole text").replaceAll("aa", () => "b")).toBe("aa");
    expect(compilePattern("a+", "whole text").replaceAll("aa", () => "b")).toBe("b");
  });

  it("have the same limits as every pattern, and do not match a string that is too long", () => {
    const long = "a".repeat(maxPatternInput + 1);
    expect(compilePattern("a*", "whole text").match(long)).toBeUndefined();
    expect(compilePattern("a", "anywhere").replaceAll(long, () => "")).toBe(long);
    expect(() => compilePattern(`${"\\p{L}{0,999}".repeat(6)}!`, "whole text")).toThrowError(/too large/);
  });
});
