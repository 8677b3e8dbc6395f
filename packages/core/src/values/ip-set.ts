import ipaddr from "ipaddr.js";
import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";
import { type AddressWords, readAddress } from "./address.js";
import { entriesOf, listSchema } from "./text-of.js";

/** A set of IP addresses. */
export interface IpSet {
  /** Returns whether an address is in the set; false for a string that is not an address. */
  has(address: string): boolean;
}

const allowed = "a comma-separated list of IP addresses and networks, such as 10.0.0.0/8,-10.1.1.1; - or ! excludes";

/** A network contains an address if its masked words equal those of the network. */
interface Network {
  readonly words: AddressWords;
  readonly masks: AddressWords;
}

/**
 * Creates the value type of a set of IP addresses: single ones and networks of both versions; `-` or `!` excludes an
 * entry. The set contains the addresses of included entries except those of excluded entries; if there are only
 * exclusions, it contains all other addresses. An IPv4-mapped IPv6 address is treated as its IPv4 address.
 */
export function ipSet(): ValueType<IpSet> {
  return {
    widget: "str",
    allowed,
    jsonSchema: listSchema,
    parse(raw) {
      const included: Network[] = [];
      const excluded: Network[] = [];
      for (const entry of entriesOf(raw, allowed)) {
        const excludes = entry.startsWith("-") || entry.startsWith("!");
        const network = readNetwork(excludes ? entry.slice(1).trim() : entry);
        if (!network) throw new ValueError(`${showValue(entry)} is not an IP address or network.`, allowed);
        (excludes ? excluded : included).push(network);
      }
      return {
        has(address) {
          const words = readAddress(address);
          if (!words || isInAny(words, excluded)) return false;
          return included.length === 0 || isInAny(words, included);
        },
      };
    },
  };
}

function isInAny(words: AddressWords, networks: readonly Network[]): boolean {
  for (let i = 0; i < networks.length; i++) {
    if (isIn(words, networks[i] as Network)) return true;
  }
  return false;
}

function isIn(words: AddressWords, network: Network): boolean {
  if (words.length !== network.words.length) return false;
  for (let i = 0; i < words.length; i++) {
    if (((words[i] as number) & (network.masks[i] as number)) >>> 0 !== network.words[i]) return false;
  }
  return true;
}

/** Reads `10.0.0.5`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `2001:db8::/32`; bits after the prefix are ignored. */
function readNetwork(text: string): Network | undefined {
  const [address = "", suffix, ...rest] = text.split("/");
  const words = readAddress(address);
  if (!words || rest.length > 0 || address.includes("%")) return undefined;
  const bits = words.length * 32;
  let prefix = suffix === undefined ? bits : readPrefix(suffix, bits);
  if (prefix === undefined) return undefined;
  // an IPv4 address in IPv6 form, with 96 bits before it
  if (suffix !== undefined && bits === 32 && address.includes(":")) prefix -= 96;
  if (prefix < 0 || prefix > bits) return undefined;
  const masks = words.map((_, i) => maskOf(prefix - 32 * i));
  return { words: words.map((word, i) => (word & (masks[i] as number)) >>> 0), masks };
}

/** Reads the length of a prefix, or of a netmask of IPv4. */
function readPrefix(suffix: string, bits: number): number | undefined {
  if (/^\d{1,3}$/.test(suffix)) return Number(suffix);
  if (bits !== 32 || !ipaddr.IPv4.isValidFourPartDecimal(suffix)) return undefined;
  return ipaddr.IPv4.parse(suffix).prefixLengthFromSubnetMask() ?? undefined;
}

/** Returns a word of 32 bits, of which the first `length` are set. */
function maskOf(length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - length)) >>> 0;
}
