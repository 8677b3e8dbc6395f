import { Readable } from "node:stream";
import { type HeaderSnapshot, type HeaderStore, headersSince } from "@bookend/adapter-kit";
import type { CallResponse, MaybePromise } from "@bookend/core";
import type { FastifyReply } from "fastify";

const bodyHeaders = ["content-length", "content-encoding", "content-range", "etag"];

/**
 * Remembers a body; the returned function checks whether post actions left a different body, or the same one with
 * different content.
 */
export function watchBody({ headers = {}, body }: CallResponse): (left: unknown) => boolean {
  // a change inside an object matters only if a header describes the content
  const isDescribed = bodyHeaders.some((name) => Object.hasOwn(headers, name));
  const before = isDescribed && isJson(body) ? JSON.stringify(body) : undefined;
  return (left) => left !== body || (before !== undefined && JSON.stringify(left) !== before);
}

/** Ends a stream that will not be sent. */
export function endStream(body: unknown): void {
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => undefined);
}

function isJson(body: unknown): boolean {
  return (
    typeof body === "object" && body !== null && !ArrayBuffer.isView(body) && !("pipe" in body || "getReader" in body)
  );
}

/**
 * Returns the response of a handler that sent `payload`, with the headers that it set. For a WHATWG `Response`, status
 * and headers are taken over, and a JSON body is parsed.
 */
export function responseOf(
  reply: FastifyReply,
  headers: HeaderStore,
  payload: unknown,
  before: HeaderSnapshot,
): MaybePromise<CallResponse> {
  if (payload instanceof Response) return fromFetch(reply, headers, payload, before);
  return { status: reply.statusCode, headers: headersSince(headers, before), body: payload };
}

async function fromFetch(
  reply: FastifyReply,
  headers: HeaderStore,
  payload: Response,
  before: HeaderSnapshot,
): Promise<CallResponse> {
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(payload.headers.get("content-type") ?? "");
  reply.code(payload.status);
  for (const [name, value] of payload.headers) reply.header(name, value);
  const body = isJson && payload.body ? await payload.json() : (payload.body ?? undefined);
  return { status: payload.status, headers: headersSince(headers, before), body };
}
