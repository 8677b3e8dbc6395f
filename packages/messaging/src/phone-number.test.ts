import { describe, expect, it } from "vitest";
import { z } from "zod";
import { numberRewriting } from "./number-rewriting.js";
import { numberReading, phoneNumber } from "./phone-number.js";

const reading = (defaultCountry: string | undefined, rewrite?: string) =>
  z.strictObject(numberReading).parse({ defaultCountry, rewrite });

describe("phoneNumber", () => {
  it.each([
    ["+49 561 1111", undefined, "+495611111"],
    ["+49 (0) 151 123-4567", undefined, "+491511234567"],
    ["+49 (0)151 / 123 45 67", undefined, "+491511234567"],
    ["+44 (0)20 7946 0958", undefined, "+442079460958"],
    ["+39 (0)6 1234567", undefined, "+39061234567"],
    [" +49.561.1111\u00a0", "US", "+495611111"],
    ["(0561) 11-11/1.2", "DE", "+49561111112"],
    ["0561 1111", "de", "+495611111"],
    ["0049\u00a0561 1111", "DE", "+495611111"],
    ["011 49 561 1111", "US", "+495611111"],
    ["(212) 555-1234", " US ", "+12125551234"],
  ])("reads %j with the default country %s as %s", (text, country, number) => {
    expect(phoneNumber(text, reading(country))).toBe(number);
  });

  it.each([
    ["+49 561 1111", "/^\\+//", "495611111"],
    ["0561 1111", "/^\\+49/0/", "05611111"],
    ["+49 561 1111", "/^\\+49(\\d+)$/\\1/", "5611111"],
    ["+49 561 1111", "/1/23/", "+49562323232323"],
    ["+49 151/123", "/[\\+/]//", "49151123"],
    ["+49 561 1111", "/(5)(x)?/\\2\\1\\0/", "+4955611111"],
  ])("rewrites the number read from %j with %s: %s", (text, rule, number) => {
    expect(phoneNumber(text, reading("DE", rule))).toBe(number);
  });

  it.each([
    ["0561 1111", /no country code .* no default country/],
    ["0049 561 1111", /no country code .* no default country/],
    ["1", /no country code/],
    ["", /is not a phone number/],
    ["alice", /is not a phone number/],
    ["+", /is not a phone number/],
    ["++49 561 1111", /is not a phone number/],
    ["+999 561 1111", /is not a phone number/],
    ["-f/etc/passwd", /is not a phone number/],
    ["+49 561 1111 or +49 561 2222", /is not a phone number/],
    ["tel:+495611111", /is not a phone number/],
    ["+1-800-FLOWERS", /is not a phone number/],
    ["+49 561", /digits/],
    ["+49 1511234567890123", /digits/],
    ["+49 1511234567890123456", /is not a phone number/],
    ["+1 212 555 1234 ext. 5", /extension/],
    ["+49 561 1111;ext=5", /extension/],
    ["+49 561 1111\n", /control character/],
    ["+49 561 1111\0", /control character/],
    [`+49 561 1111${" ".repeat(100)}`, /longer than 100/],
  ])("refuses %j: %s", (text, reason) => {
    expect(() => phoneNumber(text)).toThrowError(
      expect.objectContaining({ code: "INVALID_NUMBER", reason: expect.stringMatching(reason) }),
    );
  });

  it("refuses the invalid result of a rule, without repeating it or the number", () => {
    expect(() => phoneNumber("+49 561 1111", reading(undefined, "/1/--help /"))).toThrowError(
      expect.objectContaining({ code: "INVALID_NUMBER", message: expect.not.stringMatching(/561|help/) }),
    );
  });

  it.each(["XX", "Germany", "049", ""])("refuses the default country %j", (country) => {
    expect(() => reading(country)).toThrowError(/ISO 3166/);
  });
});

describe("a rewriting rule", () => {
  it.each([
    ["/[\\+/]//", "+1/2", "12"],
    ["/\\//9/", "1/2", "192"],
    ["/[/]/9/", "1/2", "192"],
    ["/[^/]/9/", "1/2", "9/9"],
    ["/[]/]/9/", "]/2", "992"],
    ["/[^]/]/9/", "]/2", "]/9"],
    ["/[[:digit:]/]/9/", "a/2", "a99"],
    ["/a/\\//", "a", "/"],
    ["/a/[/", "a", "["],
    ["/\\[/x/", "[", "x"],
    ["/a\\/b/x/", "a/b", "x"],
    ["/1.1/2/", "1.1", "2"],
  ])("%s turns %j into %j", (rule, number, rewritten) => {
    expect(numberRewriting.parse(rule)(number)).toBe(rewritten);
  });

  it.each([
    "",
    "/",
    "//",
    "///",
    "/a/b",
    "a/b/",
    "/a/b/c/",
    "/(/b/",
    "/(?!a)/b/",
    "/a/\\1/",
    "/a/b\\/",
    "/[/b/",
    "a/b/c/",
  ])("%j is refused", (rule) => {
    expect(numberRewriting.safeParse(rule).success).toBe(false);
  });

  it("is refused if its pattern is too large", () => {
    const { error } = numberRewriting.safeParse(`/${"\\p{L}{0,999}".repeat(6)}!/x/`);
    expect(error?.issues[0]?.message).toMatch(/too large/);
  });
});
