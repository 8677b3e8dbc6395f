import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { problemMessage, ValueError } from "@bookend/core";
import proxyAddr from "@fastify/proxy-addr";
import ipaddr from "ipaddr.js";

/** Determines which addresses are proxies whose `X-Forwarded-For` is trusted. Created by `parseTrustedProxies`. */
export type TrustedProxies = (address: string, hop: number) => boolean;

const allowedNetwork = "an IPv4 or IPv6 address, or a network such as 10.0.0.0/8 or fd00::/8";

/** Number of characters at the end of `X-Forwarded-For` that are read; a chain of proxies is never that long. */
const headerLimit = 8_192;

/** Replaces an entry that is not an address; no proxy is trusted under this name. */
const unreadable = "unknown";

/**
 * Parses addresses and networks.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parseTrustedProxies(cidrs: readonly string[]): TrustedProxies {
  return proxyAddr.compile(cidrs.flatMap(parseNetwork));
}

/**
 * Returns a network in the notation that `proxy-addr` accepts: an IPv4-mapped network as IPv4, and the network of all
 * addresses as two networks, its halves.
 */
function parseNetwork(cidr: string): readonly string[] {
  const [host = "", suffix, ...rest] = cidr.split("/");
  const address = isIP(host) === 0 || host.includes("%") ? undefined : ipaddr.parse(host);
  const width = address?.kind() === "ipv4" ? 32 : 128;
  const bits = suffix === undefined ? width : /^\d{1,3}$/.test(suffix) ? Number(suffix) : -1;
  if (!address || rest.length > 0 || bits < 0 || bits > width) {
    throw new ValueError(
      problemMessage(`${JSON.stringify(cidr)} is not a valid network`, allowedNetwork, "trustedProxies"),
      allowedNetwork,
    );
  }
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) {
    return parseNetwork(`${address.toIPv4Address()}/${bits - 96}`);
  }
  if (bits > 0) return [`${address}/${bits}`];
  return width === 32 ? ["0.0.0.0/1", "128.0.0.0/1"] : ["::/1", "8000::/1"];
}

/**
 * Returns the address that a request came from, in its usual spelling. `undefined` if it is unknown, because the socket
 * is a Unix socket or a trusted proxy forwarded something that is not an address; it is never replaced by the proxy's
 * own address.
 *
 * `X-Forwarded-For` is read from right to left for as long as the address found is that of a trusted proxy. Ports
 * (`192.0.2.43:51234`, `[2001:db8::1]:443`), brackets and zones are recognized and dropped; IPv4-mapped addresses count
 * as IPv4.
 *
 * @param forwardedFor The value of the header. If it occurs more than once, all values, joined by commas.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: TrustedProxies,
): string | undefined {
  const socket = socketAddress === undefined ? undefined : readSocketAddress(socketAddress);
  if (socket === undefined || forwardedFor === undefined || !isTrusted(socket, 0)) return socket;
  const header = entriesOf(forwardedFor)
    .map((entry) => readAddress(entry) ?? unreadable)
    .join(",");
  const request = { headers: { "x-forwarded-for": header }, socket: { remoteAddress: socket } };
  const client = proxyAddr(request as unknown as IncomingMessage, isTrusted);
  return client === unreadable ? undefined : client;
}

/**
 * Returns the entries of the header. If the header is too long, only its end is read, and the entry at the cut is
 * replaced by `unknown`, so that the rest of that entry is not mistaken for an address.
 */
function entriesOf(header: string): readonly string[] {
  if (header.length <= headerLimit) return header.split(",");
  const [, ...entries] = header.slice(-headerLimit).split(",");
  return [unreadable, ...entries];
}

/**
 * The results of `readSocketAddress` by address. They are kept since most requests come from a few clients or proxies.
 */
const readBefore = new Map<string, string | undefined>();

const maxReadBefore = 1_000;

/**
 * Reads the address of a socket once, and keeps the result, since parsing an IPv4-mapped address such as
 * `::ffff:10.0.0.1` takes 10 µs.
 */
function readSocketAddress(address: string): string | undefined {
  if (readBefore.has(address)) return readBefore.get(address);
  const read = readAddress(address);
  if (readBefore.size >= maxReadBefore) readBefore.clear();
  readBefore.set(address, read);
  return read;
}

/**
 * Returns the address in an entry of the header, or of a socket, without its port and zone; `undefined` for anything
 * that is not an address.
 */
function readAddress(entry: string): string | undefined {
  const host = withoutPort(entry.trim());
  if (host === undefined) return undefined;
  const zone = host.indexOf("%");
  const address = zone === -1 ? host : host.slice(0, zone);
  // only an IPv6 address has a zone, which must have a name; isIP does not accept hexadecimal, octal or short IPv4
  // addresses
  const version = isIP(address);
  if (version === 0 || (zone !== -1 && (version === 4 || !/^%[\w.~-]{1,64}$/.test(host.slice(zone))))) return undefined;
  return ipaddr.process(address).toString();
}

function withoutPort(entry: string): string | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (port !== undefined && Number(port) > 65_535) return undefined;
  // brackets are for IPv6 addresses only
  if (bracketed !== undefined) return bracketed.includes(":") ? bracketed : undefined;
  return plain ?? entry;
}
