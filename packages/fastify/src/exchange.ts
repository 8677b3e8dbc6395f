import { type Call, type CallResponse, createCall } from "@bookend/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { clientAddress, type TrustedProxies } from "./client-address.js";
import { defaultErrorResponse } from "./error-response.js";
import { holdBack } from "./hold-back.js";
import type { BookendPluginOptions } from "./options.js";
import { collectParameters } from "./parameters.js";
import {
  applyHeaders,
  forgetBody,
  type HeaderSnapshot,
  type Headers,
  restoreHeaders,
  snapshotOf,
} from "./reply-headers.js";
import { responseOf } from "./response.js";

/** What all exchanges of a server share. */
export interface ExchangeContext extends BookendPluginOptions {
  readonly trusted: TrustedProxies;
  readonly calls: WeakMap<FastifyRequest, Call>;
}

/** One request on its way through a call to its reply. */
export class Exchange {
  readonly #context: ExchangeContext;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  /** The handler. */
  readonly #run: () => unknown;
  readonly #startedAt: Date;
  readonly #started = performance.now();
  #call: Call;
  #raised = false;
  #error: unknown;
  /** Headers that post actions could see. */
  #known: Headers = {};

  constructor(
    context: ExchangeContext,
    name: string,
    request: FastifyRequest,
    reply: FastifyReply,
    run: () => unknown,
  ) {
    this.#context = context;
    this.#request = request;
    this.#reply = reply;
    this.#run = run;
    this.#startedAt = context.clock?.() ?? new Date();
    this.#call = createCall({
      event: name,
      request: {
        method: request.method,
        path: request.url.split("?", 1)[0] as string,
        parameters: {},
        headers: singleHeaders(request),
        clientIp: clientAddress(request.socket.remoteAddress, forwardedFor(request), context.trusted),
      },
    });
  }

  /** Makes the call, raises its event if it has one, reports it, sends the response. */
  async process(raises: boolean): Promise<void> {
    const reply = this.#reply;
    const { send } = reply;
    let response: CallResponse;
    try {
      response = await this.#respond(raises);
      await this.#report(response);
    } finally {
      reply.send = send;
    }
    if (!reply.sent) this.#send(response);
  }

  async #respond(raises: boolean): Promise<CallResponse> {
    const before = snapshotOf(this.#reply);
    try {
      await this.#begin();
      if (!raises) return await this.#answer(before);
      this.#raised = true;
      return await this.#context.bookend.handle(this.#call, () => this.#answer(before));
    } catch (error) {
      // refused before it began, or aborted: nothing of the handler's answer may go out
      restoreHeaders(this.#reply, before);
      this.#known = {};
      return this.#fail(error);
    }
  }

  /** Completes the call. Throws for one that is refused. */
  async #begin(): Promise<void> {
    const { actor, user, calls } = this.#context;
    const call = this.#call;
    const parameters = collectParameters(this.#request);
    call.request.parameters = parameters;
    const loggedIn = await actor?.(this.#request);
    if (loggedIn) this.#call = { ...call, actor: loggedIn };
    call.request.user = await user?.(parameters, this.#request);
    calls.set(this.#request, this.#call);
  }

  /** Runs the handler; its failure is a response too. */
  async #answer(before: HeaderSnapshot): Promise<CallResponse> {
    try {
      const payload = await holdBack(this.#reply, this.#run);
      const response = await responseOf(this.#reply, payload, before);
      this.#known = { ...response.headers };
      return response;
    } catch (error) {
      forgetBody(this.#reply);
      return this.#fail(error);
    }
  }

  #fail(error: unknown): CallResponse {
    this.#error = error;
    const response = (this.#context.errorResponse ?? defaultErrorResponse)(error, this.#request);
    if (response.status >= 500) this.#request.log.error({ err: error }, "the call failed");
    return response;
  }

  async #report(response: CallResponse): Promise<void> {
    try {
      await this.#context.onCall?.({
        call: this.#call,
        response,
        error: this.#error,
        raised: this.#raised,
        startedAt: this.#startedAt,
        durationMs: performance.now() - this.#started,
        request: this.#request,
      });
    } catch (error) {
      this.#request.log.error({ err: error }, "onCall failed");
    }
  }

  #send({ status, headers, body }: CallResponse): void {
    const reply = this.#reply;
    try {
      if (status !== reply.statusCode) reply.code(status);
      applyHeaders(reply, headers ?? {}, this.#known);
    } catch (error) {
      this.#request.log.error({ err: error }, "an action made a response that cannot be sent");
      forgetBody(reply);
      const failure = defaultErrorResponse(error);
      reply.code(500).send(failure.body);
      return;
    }
    reply.send(body);
  }
}

/** Node.js joins repeated headers; only `set-cookie`, which no client sends, is a list. */
function singleHeaders(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  let headers: typeof request.headers = request.headers;
  if (headers["set-cookie"]) headers = { ...headers, "set-cookie": undefined };
  return headers as Record<string, string | undefined>;
}

function forwardedFor(request: FastifyRequest): string | undefined {
  const header = request.headers["x-forwarded-for"];
  return Array.isArray(header) ? header.join(",") : header;
}
