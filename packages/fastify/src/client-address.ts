import { isIP } from "node:net";
import { ValueError } from "@bookend/core";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Networks whose `X-Forwarded-For` is believed. Made by `parseTrustedProxies`. */
export type TrustedProxies = readonly (readonly [network: Address, bits: number])[];

const allowedNetwork = "an IPv4 or IPv6 address, or a network such as 10.0.0.0/8 or fd00::/8";

/** Parses addresses and networks. Throws `ValueError` (code `VALUE_INVALID`). */
export function parseTrustedProxies(cidrs: readonly string[]): TrustedProxies {
  return cidrs.map((cidr) => {
    const [text = "", suffix, ...rest] = cidr.split("/");
    const address = isIP(text) === 0 || text.includes("%") ? undefined : ipaddr.parse(text);
    const width = address?.kind() === "ipv4" ? 32 : 128;
    const bits = suffix === undefined ? width : /^\d{1,3}$/.test(suffix) ? Number(suffix) : -1;
    if (!address || rest.length > 0 || bits < 0 || bits > width) {
      throw new ValueError(
        `trustedProxies has ${JSON.stringify(cidr)}, which is no network; allowed: ${allowedNetwork}.`,
        allowedNetwork,
      );
    }
    // addresses are compared as IPv4 wherever they can be, so networks are too
    if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) {
      return [address.toIPv4Address(), bits - 96] as const;
    }
    return [address, bits] as const;
  });
}

/**
 * The address that a request came from, in its usual spelling; `undefined` if it has none (a Unix socket).
 * `X-Forwarded-For` is read from right to left for as long as the address found so far is a trusted proxy.
 * What is no address (a name, `unknown`, an address with a port) ends the walk: the last address found is then the client.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string | undefined {
  if (trusted.length === 0 && socketAddress !== undefined && isIP(socketAddress) === 4) return socketAddress;
  let client = parseAddress(socketAddress?.split("%")[0]);
  if (!client) return undefined;
  if (forwardedFor !== undefined) {
    const entries = forwardedFor.split(",");
    while (entries.length > 0 && isTrusted(client, trusted)) {
      const next = parseAddress(entries.pop()?.trim());
      if (!next) break;
      client = next;
    }
  }
  return client.toString();
}

/** An IPv4-mapped IPv6 address is its IPv4 address. An address with a zone is none: the zone is text that anybody chose. */
function parseAddress(text: string | undefined): Address | undefined {
  if (text === undefined || isIP(text) === 0 || text.includes("%")) return undefined;
  return ipaddr.process(text);
}

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
}
