import type { CallResponse, MaybePromise } from "@bookend/core";
import type { FastifyReply } from "fastify";
import { type HeaderSnapshot, headersSince } from "./reply-headers.js";

/**
 * The response of a handler that sent `payload`, with the headers that it set.
 * Of a WHATWG `Response`, status and headers are taken over, and a JSON body is parsed.
 */
export function responseOf(reply: FastifyReply, payload: unknown, before: HeaderSnapshot): MaybePromise<CallResponse> {
  if (payload instanceof Response) return fromFetch(reply, payload, before);
  return { status: reply.statusCode, headers: headersSince(reply, before), body: payload };
}

async function fromFetch(reply: FastifyReply, payload: Response, before: HeaderSnapshot): Promise<CallResponse> {
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(payload.headers.get("content-type") ?? "");
  reply.code(payload.status);
  for (const [name, value] of payload.headers) reply.header(name, value);
  const body = isJson && payload.body ? await payload.json() : (payload.body ?? undefined);
  return { status: payload.status, headers: headersSince(reply, before), body };
}
