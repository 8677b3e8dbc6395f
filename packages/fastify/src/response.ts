import { type HeaderSnapshot, type HeaderStore, headersSince } from "@bookend/adapter-kit";
import type { CallResponse, MaybePromise } from "@bookend/core";
import type { FastifyReply } from "fastify";

/**
 * The response of a handler that sent `payload`, with the headers that it set.
 * Of a WHATWG `Response`, status and headers are taken over, and a JSON body is parsed.
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
