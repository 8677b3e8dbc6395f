import { validateHeaderName, validateHeaderValue } from "node:http";
import type { FastifyReply } from "fastify";

/** Headers that have one value, by name. */
export type Headers = Readonly<Record<string, string>>;

/** All headers of a reply at some time. */
export type HeaderSnapshot = Readonly<Record<string, number | string | readonly string[] | undefined>>;

/** What a handler says of its body. */
const bodyHeaders = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-disposition",
  "content-range",
  "etag",
];

/** How a message travels, or how long it is: never an action's to set. */
const transportHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of a reply as they are now. */
export function snapshotOf(reply: FastifyReply): HeaderSnapshot {
  const headers: Record<string, HeaderSnapshot[string]> = reply.getHeaders();
  // Fastify adds cookies to the list that is there
  for (const [name, value] of Object.entries(headers)) if (Array.isArray(value)) headers[name] = [...value];
  return headers;
}

/** The headers with one value that were set since; a list, such as two cookies, is out of an action's reach. */
export function headersSince(reply: FastifyReply, before: HeaderSnapshot): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== before[name] && (typeof value === "string" || typeof value === "number")) headers[name] = `${value}`;
  }
  return headers;
}

/** Undoes what was set since. */
export function restoreHeaders(reply: FastifyReply, before: HeaderSnapshot): void {
  for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
  for (const [name, value] of Object.entries(before)) reply.header(name, value);
}

/** Forgets what was said of a body that will not be sent. */
export function forgetBody(reply: FastifyReply): void {
  for (const name of bodyHeaders) reply.removeHeader(name);
}

/**
 * Sets what post actions made of the headers; of the `known` ones, which they could see, those that are gone are removed.
 * Throws what Node.js throws for an impossible header.
 */
export function applyHeaders(reply: FastifyReply, headers: Headers, known: Headers): void {
  const wanted = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of Object.entries(known)) {
    if (wanted.get(name) !== value) reply.removeHeader(name);
  }
  for (const [name, value] of wanted) {
    if (known[name] === value || transportHeaders.has(name)) continue;
    validateHeaderName(name);
    validateHeaderValue(name, value);
    reply.header(name, value);
  }
}
