import { ValueError } from "../contracts/errors.js";

/** One mail address and its display name. */
export interface MailAddress {
  /** Empty if there is no name. */
  readonly name: string;
  readonly address: string;
}

/** Maximum length of an address and of its local part, in octets (RFC 5321, 4.5.3.1). */
const maxAddressOctets = 254;
const maxLocalOctets = 64;

/** Maximum length of name and address together, in UTF-16 code units. */
const maxLength = 500;

/**
 * Characters of a local part that do not require quotes. Braces are excluded, although RFC 5322 allows them, since they
 * would be a tag.
 */
const localPart = /^(?!\.)(?!.*\.\.)[^\s@<>()[\]{}\\,;:"\p{C}]+(?<!\.)$/u;

/** A host name, but not an address literal; international names are included (RFC 5890). */
const domain =
  /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)*$/u;

/**
 * `Name <address>` or `"Name" <address>`. Other forms are refused: a lenient parser would find addresses that were not
 * intended.
 */
const named = /^(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<words>[^"<>@]*)) ?<(?<address>[^<>]*)>$/u;

/** Characters that end an unquoted name in a list of addresses (RFC 5322, `specials`). */
const specials = /[,:;\\()[\]]/;

const allowed = "one address such as Name <user@example.org>";

/**
 * Returns whether a string is a single mail address, without a name, a list, a tag, or anything that could begin
 * another header.
 */
export function isMailAddress(text: string): boolean {
  return addressFault(text) === undefined;
}

/**
 * Parses one mail address with or without a display name. Names with a comma or another special character must be in
 * quotes.
 *
 * @throws {ValueError} VALUE_INVALID, with a message that follows the name of a field
 */
export function parseMailAddress(text: string): MailAddress {
  if (text.length > maxLength) throw new ValueError(`is longer than ${maxLength} characters`, allowed);
  if (/\p{Cc}/u.test(text)) throw new ValueError("has a control character", allowed);
  const trimmed = text.trim();
  const { quoted, words, address = trimmed } = named.exec(trimmed)?.groups ?? {};
  const shown = JSON.stringify(text);
  const fault = addressFault(address);
  if (fault !== undefined) throw new ValueError(`${shown} ${fault}`, allowed);
  if (words !== undefined && specials.test(words)) {
    const name = words.trim().replace(/[\\"]/g, "\\$&");
    throw new ValueError(`in ${shown}, the name must be in quotes`, `"${name}" <${address}>`);
  }
  return { name: quoted?.replace(/\\(.)/gu, "$1") ?? words?.trim() ?? "", address };
}

function addressFault(address: string): string | undefined {
  if (/[{}]/.test(address)) return "contains a brace, but addresses cannot contain tags";
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(at, 0));
  if (octets(address) > maxAddressOctets || octets(local) > maxLocalOctets) return "is too long for a mail address";
  return localPart.test(local) && domain.test(address.slice(at + 1)) ? undefined : "is not a single mail address";
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
