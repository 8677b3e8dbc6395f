import type { LookupAddress } from "node:dns";
import { lookup as dnsLookup } from "node:dns/promises";
import { once } from "node:events";
import { isIP, type LookupFunction, connect as netConnect, type Socket, type TcpNetConnectOpts } from "node:net";
import type { buildConnector } from "undici";
import type { AddressGuard } from "./address-guard.js";
import { HttpClientError } from "./errors.js";

/** Resolves a name to all of its addresses, as `dns.promises.lookup(name, { all: true })` does. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Opens a TCP connection, as `net.connect` does. `options.lookup` returns only the checked addresses. */
export type Connect = (options: TcpNetConnectOpts) => Socket;

/** TLS options of a connection. Certificates and keys are PEM text. */
export interface TlsOptions {
  /** Certificates to trust instead of the system's. */
  ca?: string | readonly string[] | undefined;
  /** Client certificate chain, for hosts that require one. */
  cert?: string | undefined;
  /** Private key of `cert`. */
  key?: string | undefined;
  /** `false` accepts any certificate, which is only suitable for tests. Default true. */
  rejectUnauthorized?: boolean | undefined;
  /** Server name to send and verify, if it differs from the host of the URL. */
  servername?: string | undefined;
}

/** Functions that resolve, check and connect to a host, and their time limit. */
export interface Reach {
  guard: AddressGuard;
  lookup: Lookup;
  connect: Connect;
  /** Milliseconds for resolving and connecting together, and for the TLS handshake. */
  timeoutMs: number;
}

/** Resolves a name with the system's resolver. */
export const systemLookup: Lookup = (hostname) => dnsLookup(hostname, { all: true });

/** Opens a TCP connection with `net.connect`. */
export const systemConnect: Connect = (options) => netConnect(options);

/**
 * Creates undici's connector with the guard. It connects to the address that was checked, even if the name resolves to
 * a different one later.
 */
export function guardedConnector(
  { buildConnector: build }: Pick<typeof import("undici"), "buildConnector">,
  reach: Reach,
  tls: TlsOptions,
): buildConnector.connector {
  const secure = build({ ...tlsOptions(tls), timeout: reach.timeoutMs });
  return (options, callback) => {
    open(reach, options.hostname, portOf(options)).then(
      (socket) => {
        if (options.protocol !== "https:") return callback(null, socket);
        secure({ ...options, httpSocket: socket }, (...[error, encrypted]) =>
          error ? callback(tlsFailed(options.hostname, error), null) : callback(null, encrypted),
        );
      },
      (error: Error) => callback(error, null),
    );
  };
}

/**
 * Returns the allowed addresses of a host; at least one.
 *
 * @throws {HttpClientError} NAME_NOT_RESOLVED, ADDRESS_REFUSED
 */
export async function permittedAddresses({ guard, lookup }: Reach, hostname: string): Promise<LookupAddress[]> {
  const host = withoutBrackets(hostname);
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(lookup, host);
  const permitted = found.filter(({ address }) => guard.refusal(address) === undefined);
  if (permitted.length > 0) return permitted;
  const refused = found.map(({ address }) => `${address} (${guard.refusal(address)})`).join(", ");
  const subject = found.length === 1 ? `the address ${refused} is` : `the addresses ${refused} are`;
  throw new HttpClientError("ADDRESS_REFUSED", `${host}: ${subject} refused.`);
}

/** Converts TLS options to those of undici and Node.js. */
export function tlsOptions({ ca, ...rest }: TlsOptions): buildConnector.BuildOptions {
  const options = ca === undefined ? rest : { ...rest, ca: typeof ca === "string" ? ca : [...ca] };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function tlsFailed(hostname: string, cause: NodeJS.ErrnoException): HttpClientError {
  if (cause.code === "UND_ERR_CONNECT_TIMEOUT") {
    return new HttpClientError("TIMEOUT", `${hostname}: no TLS handshake in time.`, { cause });
  }
  const message = `${hostname}: the TLS handshake failed: ${cause.code ?? "unknown reason"}.`;
  return new HttpClientError("TLS_FAILED", message, { cause });
}

async function resolve(lookup: Lookup, host: string): Promise<readonly LookupAddress[]> {
  const unresolved = (cause?: unknown) =>
    new HttpClientError("NAME_NOT_RESOLVED", `${host}: the name does not resolve to an address.`, { cause });
  const found = await lookup(host).catch((cause: unknown) => {
    throw unresolved(cause);
  });
  if (found.length === 0) throw unresolved();
  return found;
}

/** Resolves, checks and connects within the time limit. */
async function open(reach: Reach, hostname: string, port: number): Promise<Socket> {
  const limit = AbortSignal.timeout(reach.timeoutMs);
  const late = () => new HttpClientError("TIMEOUT", `${hostname}: no connection within ${reach.timeoutMs} ms.`);
  const addresses = await Promise.race([permittedAddresses(reach, hostname), rejectOn(limit, late)]);
  const socket = reach.connect({ host: withoutBrackets(hostname), port, lookup: answering(addresses), noDelay: true });
  // undici listens for errors once it has the socket; an earlier error must not end the process
  socket.on("error", () => {});
  try {
    await once(socket, "connect", { signal: limit });
    return socket;
  } catch (cause) {
    socket.destroy();
    if (limit.aborted) throw late();
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new HttpClientError("CONNECT_FAILED", `${hostname}: no connection to port ${port}: ${reason}.`, { cause });
  }
}

/** Returns a promise that rejects when the signal aborts. */
export function rejectOn(signal: AbortSignal, error: () => Error): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(error());
    else signal.addEventListener("abort", () => reject(error()), { once: true });
  });
}

/** Returns a resolver that always returns these addresses, so that Node.js tries only them. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

function portOf({ port, protocol }: buildConnector.Options): number {
  return port ? Number(port) : protocol === "https:" ? 443 : 80;
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
