import {
  applyHeaders,
  defaultErrorResponse,
  type Exchanges,
  forgetBody,
  forgetLength,
  type HeaderStore,
  type Headers,
  headerChanges,
  nodeHangUp,
  publicPath,
  restoreHeaders,
  snapshotHeaders,
} from "@bookend/adapter-kit";
import type { Call, CallResponse } from "@bookend/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type HeldReply, holdBack } from "./hold-back.js";
import { endStream, responseOf, watchBody } from "./response.js";

/** A property of requests: a `WeakMap` of all of them would take longer to write and to clean. */
export const requestState = Symbol("bookend");

/** The state of a request in the plugin. */
export interface RequestState {
  call?: Call;
  /** Present while the response is pending. */
  open?: OpenRequest;
}

/** Returns the state of a request in the plugin; undefined before its call begins. */
export function stateOf(request: FastifyRequest): RequestState | undefined {
  return (request as { [requestState]?: RequestState | undefined })[requestState];
}

/** A request between its pre actions and its response. */
export interface OpenRequest {
  readonly held: HeldReply;
  /** Collects the parameters again after the validation of the route, and authorizes the call again. */
  readonly recheck: () => Promise<void>;
}

/** The request being served, whose route raises an event or has only an audit name. */
export interface Served {
  readonly name: string;
  readonly raises: boolean;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Continues with the validation of the route, its `preHandler` hooks and its handler. */
  readonly proceed: () => void;
}

/** Takes a request through its call, and sends the response. */
export async function serve(exchanges: Exchanges<FastifyRequest>, served: Served): Promise<void> {
  const { name, raises, request, reply, proceed } = served;
  const state: RequestState = {};
  (request as { [requestState]?: RequestState })[requestState] = state;
  const headers = headersOf(reply);
  const before = snapshotHeaders(headers);
  const { config, url: pattern = "" } = request.routeOptions;
  const path = request.url.split("?", 1)[0] as string;
  /** Headers that post actions can see. */
  let known: Headers = {};
  let answered: CallResponse | undefined;
  let isChanged = (_left: unknown) => true;
  let held: HeldReply | undefined;
  let response: CallResponse;
  try {
    response = await exchanges.run({
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
      write({ query, body, path: params }) {
        Object.assign(request, { query, body, params });
      },
      onReady(call) {
        state.call = call;
      },
      async answer(_call, recheck) {
        held = holdBack(reply);
        state.open = { held, recheck };
        try {
          proceed();
          const response = await responseOf(reply, headers, await held.answer, before);
          known = { ...response.headers };
          isChanged = watchBody(response);
          answered = { ...response };
          return response;
        } catch (error) {
          forgetBody(headers);
          throw error;
        }
      },
      onHangUp: nodeHangUp(reply.raw),
      discard() {
        restoreHeaders(headers, before);
        known = {};
        isChanged = () => true;
      },
      logError: (error, message) => request.log.error({ err: error }, message),
    });
  } finally {
    held?.release();
  }
  if (isChanged(response.body)) {
    endStream(answered?.body);
    forgetLength(headers);
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
    applyHeaders(headersOf(reply), changes);
  } catch (error) {
    request.log.error({ err: error }, "an action made a response that cannot be sent");
    forgetBody(headersOf(reply));
    reply.code(500).send(defaultErrorResponse(error).body);
    return;
  }
  reply.send(body);
}

function headersOf(reply: FastifyReply): HeaderStore {
  return {
    getHeaders: () => reply.getHeaders(),
    setHeader: (name, value) => reply.header(name, value),
    removeHeader: (name) => reply.removeHeader(name),
  };
}

function isForm(contentType: string | undefined): boolean {
  return /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType ?? "");
}
