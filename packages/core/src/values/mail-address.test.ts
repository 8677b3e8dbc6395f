import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMailAddress, parseMailAddress } from "./mail-address.js";

describe("parseMailAddress", () => {
  it.each([
    ["alice@example.org", "", "alice@example.org"],
    [" a.b+c=d/e@example.org ", "", "a.b+c=d/e@example.org"],
    ["Alice <alice@example.org>", "Alice", "alice@example.org"],
    ["Alice Lidd'l-2.0 <alice@example.org>", "Alice Lidd'l-2.0", "alice@example.org"],
    ["<alice@example.org>", "", "alice@example.org"],
    ['"MFA, Inc." <mfa@example.org>', "MFA, Inc.", "mfa@example.org"],
    ['"a \\"b\\" \\\\" <mfa@example.org>', 'a "b" \\', "mfa@example.org"],
    ["Zoë <zoë@bücher.example>", "Zoë", "zoë@bücher.example"],
    ["root@localhost", "", "root@localhost"],
  ])("reads %j", (text, name, address) => {
    expect(parseMailAddress(text)).toEqual({ name, address });
  });

  it.each([
    "",
    "alice",
    "@example.org",
    "alice@",
    "a@b@c.example",
    "a b@example.org",
    "a@example.org, b@example.org",
    "a@example.org b@example.org",
    "a..b@example.org",
    ".a@example.org",
    "a.@example.org",
    "a@-example.org",
    "a@example-.org",
    "a@example..org",
    "a@example.org.",
    "a@[127.0.0.1]",
    '"a b"@example.org',
    "a(b)@example.org",
    "a@example.org\r\nBcc: b@example.org",
    "a\u200b@example.org",
    "A <a@example.org> <b@example.org>",
    `${"a".repeat(65)}@example.org`,
    `${"é".repeat(33)}@example.org`,
    `a@${"a".repeat(64)}.org`,
    `a@${"a.".repeat(130)}org`,
    `${"N".repeat(500)} <a@example.org>`,
  ])("refuses %j", (text) => {
    expect(() => parseMailAddress(text)).toThrowError(expect.objectContaining({ code: "VALUE_INVALID" }));
  });

  it.each([
    "{username}@example.org",
    "a@{realm}.example",
    "User <{x}@example.org>",
    "{{x}}@example.org",
    "a}@example.org",
  ])("refuses %j, since addresses cannot contain tags", (text) => {
    expect(() => parseMailAddress(text)).toThrowError(/addresses cannot contain tags/);
  });

  it.each([
    ["MFA, Inc. <mfa@demo.example>", '"MFA, Inc." <mfa@demo.example>'],
    ["MFA (test) <mfa@demo.example>", '"MFA (test)" <mfa@demo.example>'],
    ["a:b;c <mfa@demo.example>", '"a:b;c" <mfa@demo.example>'],
    ["a\\b <mfa@demo.example>", '"a\\\\b" <mfa@demo.example>'],
  ])("explains how the name in %j must be quoted", (text, quoted) => {
    expect(() => parseMailAddress(text)).toThrowError(
      expect.objectContaining({ message: expect.stringContaining("must be in quotes"), allowed: quoted }),
    );
    expect(parseMailAddress(quoted).address).toBe("mfa@demo.example");
  });

  it("parses hostile input just as fast", () => {
    for (const part of ["a.", "a", "\\", "\\\\", '"', "<", "é.", "a-", "@"]) {
      expect(isMailAddress(`${part.repeat(100_000)}@${part.repeat(100_000)}`)).toBe(false);
      expect(() => parseMailAddress(`"${part.repeat(100_000)}`)).toThrow();
    }
  });

  it("throws only the documented error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        try {
          expect(isMailAddress(parseMailAddress(text).address)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "VALUE_INVALID" });
        }
      }),
    );
  });
});
