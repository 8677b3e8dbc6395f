import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { HttpClientError } from "./errors.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/**
 * Addresses to which connections are allowed in addition to the public ones, or refused although they are public. Each
 * entry is a CIDR or an address.
 */
export interface AddressGuardOptions {
  /** Allowed although not public, such as `10.1.0.0/16` or `::1`. */
  allow?: readonly string[] | undefined;
  /** Always refused, even if `allow` contains them. */
  deny?: readonly string[] | undefined;
}

/** Decides whether connections to an address are allowed. */
export interface AddressGuard {
  /**
   * Returns the reason why the address is refused (`private`, `loopback`, …), or undefined if connections are allowed.
   */
  refusal(address: string): string | undefined;
}

/** Metadata services whose address looks public (Azure's). All others are in ranges that are refused anyway. */
const metadata = parseRanges("metadata", ["168.63.129.16"]);

/** The only part of IPv6 that is assigned for public use (RFC 4291, IANA's registry). */
const globalUnicastV6 = parseRange("global unicast", "2000::/3");

/** IPv4 addresses translated to IPv6 (RFC 6052). */
const nat64 = parseRange("NAT64", "64:ff9b::/96");

/** The names that ipaddr.js uses, mapped to the terms of the RFCs. */
const reasons: Readonly<Record<string, string>> = {
  linkLocal: "link-local",
  carrierGradeNat: "carrier-grade NAT",
  uniqueLocal: "unique local",
  deprecatedSiteLocal: "site-local",
};

/**
 * Creates the guard that refuses every address that is not public.
 *
 * Refused unless allowed: loopback, private, link-local (with the metadata services), carrier-grade NAT, multicast,
 * unspecified, broadcast, reserved, documentation, benchmarking, unique local, and every special range of IPv6.
 * IPv4-mapped and NAT64 addresses are judged by the IPv4 address that they contain; 6to4 and Teredo are refused.
 *
 * @throws {HttpClientError} INVALID_CONFIG if an entry is not an address or a CIDR
 */
export function createAddressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const allow = parseRanges("allow", options.allow ?? []);
  const deny = parseRanges("deny", options.deny ?? []);
  return {
    refusal(text) {
      if (isIP(text) === 0) return "not an IP address";
      const outer = ipaddr.parse(text);
      const address = embeddedV4(outer) ?? outer;
      const within = (ranges: readonly Range[]) => isWithin(address, ranges) || isWithin(outer, ranges);
      if (within(deny)) return "denied";
      if (within(allow)) return undefined;
      if (within(metadata)) return "metadata service";
      const range: string = address.range();
      if (range !== "unicast") return reasons[range] ?? range;
      if (address.kind() === "ipv6" && !isWithin(address, [globalUnicastV6])) return "not assigned";
      return undefined;
    },
  };
}

function isWithin(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** Returns the IPv4 address that an IPv4-mapped (RFC 4291) or NAT64 address stands for. */
function embeddedV4(address: Address): ipaddr.IPv4 | undefined {
  if (!("parts" in address)) return undefined;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (!isWithin(address, [nat64])) return undefined;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}

function parseRanges(field: string, entries: readonly string[]): Range[] {
  return entries.map((entry) => parseRange(field, entry));
}

function parseRange(field: string, entry: string): Range {
  const [text = "", bits, ...more] = entry.split("/");
  const longest = isIP(text) === 4 ? 32 : 128;
  const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (isIP(text) === 0 || more.length > 0 || !(length <= longest)) throw badEntry(field, entry);
  const address = ipaddr.parse(text);
  // an IPv4-mapped entry would never match, since such addresses are judged by the IPv4 address that they contain
  if ("parts" in address && address.isIPv4MappedAddress()) throw badEntry(field, entry);
  return [address, length];
}

function badEntry(field: string, entry: string): HttpClientError {
  return new HttpClientError(
    "INVALID_CONFIG",
    `${field}: "${entry}" is not valid. Allowed: an IPv4 or IPv6 address, or a network such as 10.1.0.0/16.`,
  );
}
