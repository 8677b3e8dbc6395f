import type { Call } from "@bookend/core";
import type { HttpRequest } from "@bookend/http-client";
import type { z } from "zod";
import type { forwardOptions } from "./options.js";

/** A call as it is sent to the other server. */
export interface ForwardedRequest extends HttpRequest {
  /** The URL asked, without the parameters: they may hold secrets. */
  readonly origin: string;
}

/** Counts how often a call was forwarded, so that servers that forward to each other do not loop. */
const hopsHeader = "bookend-hops";
const maxHops = 3;

/** Methods whose parameters go into the query. */
const withoutBody = new Set(["GET", "DELETE"]);
const withBody = new Set(["POST", "PUT", "PATCH"]);

/** The request for the other server; undefined for a method or a path that is not forwarded, or a call that was forwarded too often. */
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
  // a copy: what the call itself was given stays as it is
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

/** The other server decodes the values of a query twice, as privacyIDEA does; only what would then be another value is encoded. */
function encodedOnce(value: string): string {
  return value.replace(/%(?=[\da-f]{2})/gi, "%25");
}

/** Anything that this server would not have sent counts as the limit: a caller must not set the count back. */
function hopsOf(header: string | undefined): number {
  if (header === undefined) return 0;
  return /^\d$/.test(header) ? Number(header) : maxHops;
}

/** Segments that a URL resolves (`.` and `..`, encoded or not), what it takes for a slash or drops, and slashes in disguise. */
const resolvedSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|[\\\t\n\r]|%2f|%5c/i;

/** The call's path below that of the server; undefined for one that leads elsewhere, or would be another path there. */
function joined(server: string, path: string): URL | undefined {
  const base = server.replace(/\/+$/, "");
  if (!path.startsWith("/") || resolvedSegment.test(path) || !URL.canParse(base + path)) return undefined;
  const url = new URL(base + path);
  const below = new URL(`${base}/`);
  const inside = url.origin === below.origin && url.pathname.startsWith(below.pathname);
  return inside && url.search === "" && url.hash === "" ? url : undefined;
}
