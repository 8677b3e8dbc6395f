import type { Call } from "@bookend/core";
import type { HttpRequest } from "@bookend/http-client";
import type { z } from "zod";
import type { forwardOptions } from "./options.js";

/** The request that is sent to the other server. */
export interface ForwardedRequest extends HttpRequest {
  /** The URL without parameters, which may contain secrets. */
  readonly origin: string;
}

/** Header that counts how often a call was forwarded, to prevent loops between servers that forward to each other. */
const hopsHeader = "bookend-hops";
const maxHops = 3;

/** Methods whose parameters are sent in the query. */
const withoutBody = new Set(["GET", "DELETE"]);
const withBody = new Set(["POST", "PUT", "PATCH"]);

/**
 * Returns the request for the other server. Undefined if the method or path is not forwarded, or if the call was
 * forwarded too often.
 */
export function forwardedRequest(
  call: Call,
  server: string,
  options: z.output<typeof forwardOptions>,
): ForwardedRequest | undefined {
  const { method, path, parameters, headers, clientIp } = call.request;
  const url = joined(server, path);
  const hops = hopsOf(headers[hopsHeader]) + 1;
  if (hops > maxHops) return undefined;
  if (!url || !(withoutBody.has(method) || withBody.has(method))) return undefined;
  const origin = url.href;
  // a copy, so that the call's own parameters do not change
  const sent: Record<string, unknown> = { ...parameters };
  if (options.realm !== undefined) sent.realm = options.realm;
  if (options.resolver !== undefined) sent.resolver = options.resolver;
  if (options.forward_client_ip && clientIp !== undefined) sent.client = clientIp;
  const authorization = headers.authorization ?? headers["pi-authorization"];
  const passedOn: Record<string, string> = {
    [hopsHeader]: String(hops),
    ...(options.forward_authorization_token && authorization !== undefined && { "pi-authorization": authorization }),
  };
  if (withBody.has(method)) {
    const body = JSON.stringify(sent);
    return { method, url, origin, headers: { ...passedOn, "content-type": "application/json" }, body };
  }
  for (const [name, value] of Object.entries(sent)) {
    if (value === undefined || value === null) continue;
    url.searchParams.append(name, encodedOnce(typeof value === "object" ? JSON.stringify(value) : String(value)));
  }
  return { method, url, origin, headers: passedOn };
}

/**
 * Encodes each `%` that begins an escape sequence, since the other server decodes query values twice, as privacyIDEA
 * does.
 */
function encodedOnce(value: string): string {
  return value.replace(/%(?=[\da-f]{2})/gi, "%25");
}

/**
 * Returns the number of hops. Any value that Bookend would not have sent is treated as the limit, so that a caller
 * cannot reset the count.
 */
function hopsOf(header: string | undefined): number {
  if (header === undefined) return 0;
  return /^\d$/.test(header) ? Number(header) : maxHops;
}

/**
 * Matches path segments that a URL parser resolves (`.` and `..`, encoded or not), characters that it drops or treats
 * as a slash, and encoded slashes.
 */
const resolvedSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|[\\\t\n\r]|%2f|%5c/i;

/**
 * Returns the call's path below the path of the server. Undefined for a path that leads outside, or that the server
 * would read differently.
 */
function joined(server: string, path: string): URL | undefined {
  const base = server.replace(/\/+$/, "");
  if (!path.startsWith("/") || resolvedSegment.test(path) || !URL.canParse(base + path)) return undefined;
  const url = new URL(base + path);
  const below = new URL(`${base}/`);
  const inside = url.origin === below.origin && url.pathname.startsWith(below.pathname);
  return inside && url.search === "" && url.hash === "" ? url : undefined;
}
