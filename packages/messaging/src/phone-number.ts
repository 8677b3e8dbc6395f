import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { z } from "zod";
import { MessagingError } from "./errors.js";
import { type NumberRewriting, numberRewriting } from "./number-rewriting.js";

/** How a gateway reads phone numbers. */
export interface NumberReading {
  /** Country of numbers without a country code. */
  readonly defaultCountry?: CountryCode | undefined;
  /** Applied to the number in international form. */
  readonly rewrite?: NumberRewriting | undefined;
}

/** The fields of each gateway's configuration that determine how it reads phone numbers. */
export const numberReading = {
  defaultCountry: z
    .string()
    .transform((code) => code.trim().toUpperCase())
    .pipe(
      z.custom<CountryCode>(
        (code) => isSupportedCountry(String(code)),
        'must be a country such as "DE" (ISO 3166-1 alpha-2)',
      ),
    )
    .optional()
    .describe("Country of numbers without a country code, such as DE. Without it, such numbers fail."),
  rewrite: numberRewriting.optional(),
};

/** Maximum length of a string that is read as a phone number. */
const maxLength = 100;

/** The whole string must be a number; libphonenumber would otherwise search for one in a longer string. */
const whole = { extract: false } as const;

/**
 * Reads a phone number as people write it: `+49 (0) 151 123-4567` becomes `+491511234567`. Then applies `rewrite`, if
 * there is one.
 *
 * @throws {MessagingError} INVALID_NUMBER, with a `reason`
 */
export function phoneNumber(text: string, { defaultCountry, rewrite }: NumberReading = {}): string {
  const number = read(text, defaultCountry);
  const rewritten = rewrite ? rewrite(number) : number;
  if (/^\+?\d{1,20}$/.test(rewritten)) return rewritten;
  throw refused("no longer has the form of a phone number after rewriting: digits, with or without a leading plus");
}

function read(text: string, defaultCountry: CountryCode | undefined): string {
  if (text.length > maxLength) throw refused(`is longer than ${maxLength} characters`);
  if (/\p{Cc}/u.test(text)) throw refused("has a control character");
  const trimmed = text.trim();
  const number = parsePhoneNumberFromString(trimmed, { ...whole, ...(defaultCountry && { defaultCountry }) });
  if (!number) {
    const national = defaultCountry === undefined && /^[\d\s().\-/]*\d[\d\s().\-/]*$/.test(trimmed);
    throw refused(
      national ? "has no country code such as +49, and the gateway has no default country" : "is not a phone number",
    );
  }
  if (number.ext !== undefined) throw refused("has an extension");
  if (!number.isPossible()) throw refused("does not have the right number of digits for its country");
  return number.number;
}

/**
 * Creates the error for a value that cannot be used as a phone number. The message omits the number, since errors of
 * gateways are logged.
 */
function refused(reason: string): MessagingError {
  return new MessagingError("INVALID_NUMBER", `The value ${reason}.`, { reason: `the value ${reason}` });
}
