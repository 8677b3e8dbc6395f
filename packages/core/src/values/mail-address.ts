import { ValueError } from "../contracts/errors.js";

/** One mail address and its display name. */
export interface MailAddress {
  /** Empty if there is none. */
  readonly name: string;
  readonly address: string;
}

/** Longest address and longest local part, in octets (RFC 5321, 4.5.3.1). */
const maxAddressOctets = 254;
const maxLocalOctets = 64;

/** Longest name and address together, in UTF-16 code units. */
const maxLength = 500;

/** Characters of a local part that needs no quotes. Braces are left out, although RFC 5322 has them: they would be a tag. */
const localPart = /^(?!\.)(?!.*\.\.)[^\s@<>()[\]{}\\,;:"\p{C}]+(?<!\.)$/u;

/** A host name without literals; international ones included (RFC 5890). */
const domain =
  /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)*$/u;

/** `Name <address>` and `"Name" <address>`. Only these: a lenient parser finds addresses where none was intended. */
const named = /^(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<words>[^"<>@]*)) ?<(?<address>[^<>]*)>$/u;

/** Characters that end a name without quotes in a list of addresses (RFC 5322, `specials`). */
const specials = /[,:;\\()[\]]/;

const allowed = "one address such as Name <user@example.org>";

/** Whether a string is one mail address: no name, no list, no tag, nothing that could begin another header. */
export function isMailAddress(text: string): boolean {
  return addressFault(text) === undefined;
}

/**
 * Parses one mail address with or without a display name. Names with a comma or another special character must be in
 * quotes.
 *
 * @throws {ValueError} VALUE_INVALID, with a message that continues the name of a field
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
