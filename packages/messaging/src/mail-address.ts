import { MessagingError } from "./errors.js";

/** A parsed mail address. */
export interface MailAddress {
  name: string;
  address: string;
}

/** An addr-spec without quoted parts, comments and literals; international ones included (RFC 6531). */
const ADDR_SPEC = /^(?!\.)(?!.*\.\.)[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}(?<!\.)@(?!-)[\p{L}\p{M}\p{N}.-]+(?<![.-])$/u;

/** `Name <address>` and `"Name" <address>`. Only these: a lenient parser finds an address where none was meant. */
const NAMED = /^(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<words>[^"<>@,;:\\]*)) ?<(?<address>[^<>]*)>$/u;

/**
 * Parses one address, with a display name or without.
 *
 * @throws MessagingError `INVALID_HEADER` for control characters, `INVALID_ADDRESS` for anything that is not one address
 */
export function parseMailAddress(field: string, text: string): MailAddress {
  checkHeaderValue(field, text);
  const { quoted, words, address = text.trim() } = NAMED.exec(text.trim())?.groups ?? {};
  if (text.length > 500 || address.length > 254 || !ADDR_SPEC.test(address)) {
    throw new MessagingError(
      "INVALID_ADDRESS",
      `${field}: ${JSON.stringify(text.slice(0, 500))} is not one address such as Name <user@example.org>.`,
    );
  }
  return { name: quoted?.replace(/\\(.)/gu, "$1") ?? words?.trim() ?? "", address };
}

/**
 * Refuses a value that could end a header or begin another one.
 *
 * @throws MessagingError `INVALID_HEADER`
 */
export function checkHeaderValue(field: string, value: string): string {
  // the value may hold a secret: its place is enough
  if (/\p{Cc}/u.test(value)) throw new MessagingError("INVALID_HEADER", `${field}: has control characters.`);
  return value;
}
