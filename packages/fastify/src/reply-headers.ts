import type { HeaderChanges } from "@bookend/adapter-kit";
import type { FastifyReply } from "fastify";

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

/** Makes changes that were found by `headerChanges`. */
export function applyHeaders(reply: FastifyReply, { remove, set }: HeaderChanges): void {
  for (const name of remove) reply.removeHeader(name);
  for (const [name, value] of set) reply.header(name, value);
}
