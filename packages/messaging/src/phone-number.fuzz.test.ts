import { fuzzSettings, hostilePhoneNumber, hostileString } from "@bookend/test-kit/hostile";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MessagingError } from "./errors.js";
import { numberRewriting } from "./number-rewriting.js";
import { phoneNumber } from "./phone-number.js";

const assertion = fuzzSettings(1_500);

it("with fuzzed input, a number is read, or refused with a reason that does not repeat it", () => {
  const countries = fc.constantFrom(undefined, "DE", "US", "GB", "IT", "AR", "001" as "US");
  fc.assert(
    fc.property(hostilePhoneNumber, countries, (text, defaultCountry) => {
      let number: string;
      try {
        number = phoneNumber(text, { defaultCountry });
      } catch (error) {
        expect(error).toBeInstanceOf(MessagingError);
        if (/\d{5}/.test(text)) expect((error as Error).message).not.toContain(text);
        return;
      }
      expect(number).toMatch(/^\+?\d{1,20}$/);
    }),
    assertion,
  );
});

it("with fuzzed input, a rewriting rule is either refused when it is parsed, or leads to a number or an error of this package", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "/",
      "^\\+",
      "(\\d)",
      "\\1",
      "\\2",
      "\\/",
      "[/]",
      "[",
      "]",
      "$",
      "0",
      "\\",
      "00",
      ".*",
      "[[:digit:]]",
    ),
    hostileString,
  );
  const rule = fc
    .tuple(fc.array(piece, { maxLength: 4 }), fc.array(piece, { maxLength: 3 }))
    .map(([pattern, replacement]) => `/${pattern.join("")}/${replacement.join("")}/`);
  fc.assert(
    fc.property(rule, (source) => {
      const rewrite = numberRewriting.safeParse(source);
      if (!rewrite.success) return;
      try {
        expect(phoneNumber("+12025550101", { rewrite: rewrite.data })).toMatch(/^\+?\d{1,20}$/);
      } catch (error) {
        expect(error).toBeInstanceOf(MessagingError);
      }
    }),
    assertion,
  );
});
