import { defaultErrorResponse, type Exchanges, type Headers, headerChanges, publicPath } from "@bookend/adapter-kit";
import type { Call, CallResponse } from "@bookend/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { holdBack } from "./hold-back.js";
import { applyHeaders, forgetBody, restoreHeaders, snapshotOf } from "./reply-headers.js";
import { responseOf } from "./response.js";

/** What all requests of a server share. */
export interface ServeContext {
  readonly exchanges: Exchanges<FastifyRequest>;
  readonly calls: WeakMap<FastifyRequest, Call>;
}

/** What is served: a request of a route that raises an event, or that is only reported. */
export interface Served {
  readonly name: string;
  readonly raises: boolean;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The handler. */
  readonly run: () => unknown;
}

/** Takes a request through the call that it makes, and sends the response. */
export async function serve(context: ServeContext, { name, raises, request, reply, run }: Served): Promise<void> {
  const { send } = reply;
  const before = snapshotOf(reply);
  const { config, url: pattern = "" } = request.routeOptions;
  const path = request.url.split("?", 1)[0] as string;
  /** Headers that post actions can see. */
  let known: Headers = {};
  let response: CallResponse;
  try {
    response = await context.exchanges.run({
      request,
      name,
      raises,
      method: request.method,
      path,
      publicPath: publicPath(path, pattern, config.secrets ?? []),
      headers: request.headers,
      remoteAddress: request.socket.remoteAddress,
      lists: config.lists,
      sources: () => ({
        query: request.query,
        body: request.body,
        form: isForm(request.headers["content-type"]),
        path: request.params,
      }),
      onReady: (call) => context.calls.set(request, call),
      async answer() {
        try {
          const answered = await responseOf(reply, await holdBack(reply, run), before);
          known = { ...answered.headers };
          return answered;
        } catch (error) {
          forgetBody(reply);
          throw error;
        }
      },
      discard() {
        restoreHeaders(reply, before);
        known = {};
      },
      logError: (error, message) => request.log.error({ err: error }, message),
    });
  } finally {
    reply.send = send;
  }
  if (!reply.sent) sendResponse(request, reply, response, known);
}

function sendResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers = {}, body }: CallResponse,
  known: Headers,
): void {
  try {
    const changes = headerChanges(headers, known);
    if (status !== reply.statusCode) reply.code(status);
    applyHeaders(reply, changes);
  } catch (error) {
    request.log.error({ err: error }, "an action made a response that cannot be sent");
    forgetBody(reply);
    reply.code(500).send(defaultErrorResponse(error).body);
    return;
  }
  reply.send(body);
}

function isForm(contentType: string | undefined): boolean {
  return /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType ?? "");
}
