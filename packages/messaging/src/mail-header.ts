import { domainToASCII } from "node:url";
import { type MailAddress, parseMailAddress, problemMessage, ValueError } from "@bookend/core";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import { MessagingError } from "./errors.js";

/** Maximum length of a header value, in UTF-16 code units. */
const maxValueLength = 10_000;

/**
 * Maximum length of a word that is not encoded. A line of a mail has at most 998 octets (RFC 5322, 2.1.1), and breaks
 * only at spaces.
 */
const maxWordLength = 500;

/** Maximum length of an encoded word (RFC 2047 allows 75). */
const encodedWordLength = 52;

/**
 * A header value for nodemailer. A value with an overlong word is already encoded, and nodemailer only folds it; any
 * other value is a plain string.
 */
export type HeaderValue = string | { readonly prepared: true; readonly foldLines: true; readonly value: string };

/**
 * Returns a header value unchanged. Refuses a value that is too long, or that has control characters, which could begin
 * another header.
 *
 * @throws {MessagingError} INVALID_HEADER
 */
export function checkHeaderValue(field: string, value: string): string {
  // the value may contain a secret, so the message names only the field
  if (/\p{Cc}/u.test(value))
    throw new MessagingError(
      "INVALID_HEADER",
      problemMessage("the value has control characters", "a single line without them", field),
    );
  if (value.length > maxValueLength) {
    const allowed = `at most ${maxValueLength} characters`;
    throw new MessagingError("INVALID_HEADER", problemMessage("the value is too long", allowed, field));
  }
  return value;
}

/**
 * Checks the value of an unstructured header, such as `Subject`, and encodes it if one of its words is too long for a
 * line.
 *
 * @throws {MessagingError} INVALID_HEADER
 */
export function headerValue(field: string, value: string): HeaderValue {
  checkHeaderValue(field, value);
  if (!value.split(/\s/).some((word) => word.length > maxWordLength)) return value;
  return { prepared: true, foldLines: true, value: encodeWord(value, "Q", encodedWordLength) };
}

/**
 * Parses the address in a header, with or without a display name. Its domain is converted to ASCII (RFC 5891).
 *
 * @throws {MessagingError} INVALID_HEADER for control characters, INVALID_ADDRESS for anything that is not one address
 */
export function headerAddress(field: string, text: string): MailAddress {
  checkHeaderValue(field, text);
  try {
    const { name, address } = parseMailAddress(text);
    const at = address.lastIndexOf("@");
    const domain = domainToASCII(address.slice(at + 1));
    if (domain === "") throw new ValueError(`${JSON.stringify(text)} has a domain that is not valid`, "a host name");
    return { name, address: `${address.slice(0, at)}@${domain}` };
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new MessagingError("INVALID_ADDRESS", problemMessage(`${error.message}`, `${error.allowed}`, field));
  }
}

/** Returns whether this address needs a server with SMTPUTF8 (RFC 6531). */
export function needsSmtpUtf8({ address }: MailAddress): boolean {
  return /\P{ASCII}/u.test(address);
}
