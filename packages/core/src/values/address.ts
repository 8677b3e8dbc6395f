import ipaddr from "ipaddr.js";

/** An IP address as numbers: four of 32 bits for version 6, one for version 4. */
export type AddressWords = readonly number[];

/** The character code of ".", relative to that of "0". */
const dot = -2;

/** Maximum length of an address with a zone, in characters; longer ones are not parsed. */
const maxLength = 100;

let lastText: string | undefined;
let lastWords: AddressWords | undefined;

/**
 * Reads an IP address; undefined if it is not one. An IPv4-mapped IPv6 address is its IPv4 address. The last result is
 * cached, since all bindings of a call read the same address.
 */
export function readAddress(text: string): AddressWords | undefined {
  if (text !== lastText) {
    lastWords = readIpv4(text) ?? readIpv6(text);
    lastText = text;
  }
  return lastWords;
}

/** Reads four decimal numbers, but not the octal, hexadecimal and shortened forms that some programs accept. */
function readIpv4(text: string): AddressWords | undefined {
  if (text.length > 15) return undefined;
  let word = 0;
  let parts = 0;
  let part = -1;
  for (let i = 0; i <= text.length; i++) {
    const digit = i < text.length ? text.charCodeAt(i) - 48 : dot;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return undefined;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return undefined;
    } else if (digit === dot && part >= 0 && parts < 4) {
      word = word * 256 + part;
      parts++;
      part = -1;
    } else {
      return undefined;
    }
  }
  return parts === 4 ? [word >>> 0] : undefined;
}

function readIpv6(text: string): AddressWords | undefined {
  if (!text.includes(":") || text.length > maxLength) return undefined;
  try {
    const { parts } = ipaddr.IPv6.parse(text);
    const words = [0, 2, 4, 6].map((i) => (((parts[i] as number) << 16) | (parts[i + 1] as number)) >>> 0);
    return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words.slice(3) : words;
  } catch {
    return undefined;
  }
}
