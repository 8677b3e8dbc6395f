import { type AuditCall, type Call, type CallResponse, createCall, isPromise, type UserRef } from "@bookend/core";
import { auditCall } from "./audit-call.js";
import { checkLimits, positiveInteger } from "./check-limits.js";
import { clientAddress, parseTrustedProxies } from "./client-address.js";
import { collectParameters, type ParameterSources } from "./collect-parameters.js";
import { defaultErrorResponse } from "./error-response.js";
import { RefusedCallError } from "./errors.js";
import type { ExchangeSettings } from "./exchange-settings.js";
import type { IncomingCall } from "./incoming-call.js";
import type { AdapterOptions, FinishedCall } from "./options.js";
import { joined, singleHeaders } from "./request-headers.js";
import { untilAbandoned } from "./until-abandoned.js";
import { writeParameters } from "./write-parameters.js";

/** Runs each request as a call. Created by `createExchanges`. */
export interface Exchanges<Request> {
  /**
   * Creates the call, authorizes it, raises its event if it has one, and passes it to the audit log and to `onCall`.
   * Resolves to the response to send; rejects only if `errorResponse` throws.
   */
  run(incoming: IncomingCall<Request>): Promise<CallResponse>;
}

/**
 * Creates the exchanges through which an adapter runs its requests.
 *
 * @throws {ValueError} VALUE_INVALID for a bad network in `trustedProxies`, or a limit or time that is not a positive
 * integer
 */
export function createExchanges<Request>(options: AdapterOptions<Request>): Exchanges<Request> {
  const settings: ExchangeSettings<Request> = {
    ...options,
    trusted: parseTrustedProxies(options.trustedProxies ?? []),
    limits: checkLimits(options.limits),
    hangUpTimeoutMs: positiveInteger("hangUpTimeoutMs", options.hangUpTimeoutMs ?? 60_000),
  };
  return { run: (incoming) => new Exchange(settings, incoming).run() };
}

/** The processing of one request, from the creation of its call to its response. */
class Exchange<Request> {
  readonly #settings: ExchangeSettings<Request>;
  readonly #incoming: IncomingCall<Request>;
  readonly #startedAt: Date;
  readonly #started = performance.now();
  #call: Call;
  /** The user that the host found for the call, by which a change of the user by an action is recognized. */
  #user: UserRef | undefined;
  #raised = false;
  #refused = false;
  #error: unknown;

  constructor(settings: ExchangeSettings<Request>, incoming: IncomingCall<Request>) {
    const { method, path, publicPath, headers, remoteAddress, name } = incoming;
    this.#settings = settings;
    this.#incoming = incoming;
    this.#startedAt = settings.clock?.() ?? new Date();
    this.#call = createCall({
      event: name,
      request: {
        method,
        path,
        ...(publicPath !== undefined && publicPath !== path && { publicPath }),
        parameters: {},
        headers: singleHeaders(headers),
        clientIp: clientAddress(remoteAddress, joined(headers["x-forwarded-for"]), settings.trusted),
      },
    });
  }

  async run(): Promise<CallResponse> {
    // if a function of the host throws, the entries of the actions are still written
    let response: CallResponse;
    try {
      response = await this.#audit(await this.#respond());
    } catch (error) {
      await this.#settings.bookend.recordActions(this.#call.id);
      throw error;
    }
    await this.#report(response);
    return response;
  }

  async #respond(): Promise<CallResponse> {
    const { raises, discard } = this.#incoming;
    try {
      await this.#begin();
      if (!raises) return await this.#answer();
      this.#raised = true;
      return await this.#settings.bookend.handle(
        this.#call,
        (call, actionsRan) => (actionsRan ? this.#answerChanged(call) : this.#answer()),
        { recorded: true },
      );
    } catch (error) {
      // refused, or aborted: no part of the handler's response may be sent
      discard();
      return this.#fail(error);
    }
  }

  /** Completes the call and authorizes it; fails if the call is refused. */
  async #begin(): Promise<void> {
    const { actor, clientIp } = this.#settings;
    const { request, onReady } = this.#incoming;
    this.#refused = true;
    const parameters = this.#collected(await this.#incoming.sources());
    this.#call.request.parameters = parameters;
    if (clientIp) {
      const client = await clientIp(parameters, this.#call.request.clientIp, request);
      this.#call = { ...this.#call, request: { ...this.#call.request, clientIp: client } };
    }
    const loggedIn = await actor?.(request);
    if (loggedIn) this.#call = { ...this.#call, actor: loggedIn };
    await this.#findUser();
    await this.#authorize();
    this.#refused = false;
    onReady?.(this.#call);
  }

  async #findUser(): Promise<void> {
    const { request } = this.#call;
    request.user = await this.#settings.user?.(request.parameters, this.#incoming.request);
    this.#user = request.user;
  }

  /** Writes the changes of actions back to the request, authorizes the call again, and runs the handler. */
  async #answerChanged(call: Call): Promise<CallResponse> {
    // a different object only if an action left a call that cannot be read or changed, which a copy then replaces
    if (call !== this.#call) this.#incoming.onReady?.(call);
    this.#call = call;
    const { request } = call;
    const { sources, write } = this.#incoming;
    this.#refused = true;
    request.parameters = this.#normalized(request.parameters);
    if (write) {
      const written = await sources();
      write(writeParameters(written, this.#collected(written), request.parameters));
    }
    await this.#authorize();
    this.#refused = false;
    return this.#answer();
  }

  /** Updates the call after the framework's validation, and authorizes it again. */
  async #recheck(): Promise<void> {
    const { request } = this.#call;
    this.#refused = true;
    request.parameters = this.#collected(await this.#incoming.sources());
    if (request.user === this.#user) await this.#findUser();
    await this.#authorize();
    this.#refused = false;
  }

  #collected(sources: ParameterSources): Record<string, unknown> {
    const { lists } = this.#incoming;
    return this.#normalized(collectParameters(sources, { lists, limits: this.#settings.limits }));
  }

  #normalized(parameters: Record<string, unknown>): Record<string, unknown> {
    return this.#settings.normalize?.(parameters, this.#incoming.request) ?? parameters;
  }

  async #authorize(): Promise<void> {
    const { authorize } = this.#settings;
    // any value except true refuses the call, such as undefined, which JavaScript code may return by mistake
    if (authorize && (await authorize(this.#call, this.#incoming.request)) !== true) {
      throw new RefusedCallError("This call is not allowed.");
    }
  }

  /** Runs the handler; its failure is a response too, unless it means that the call is refused. */
  async #answer(): Promise<CallResponse> {
    const call = this.#call;
    const { answer, onHangUp } = this.#incoming;
    try {
      const answered = answer(call, () => this.#recheck());
      return onHangUp && isPromise(answered)
        ? await untilAbandoned(answered, onHangUp, this.#settings.hangUpTimeoutMs)
        : await answered;
    } catch (error) {
      if (this.#refused || this.#isRefusal(error)) {
        this.#refused = true;
        throw error;
      }
      call.notes.failed = true;
      return this.#fail(error);
    }
  }

  #isRefusal(error: unknown): boolean {
    return error instanceof RefusedCallError || this.#settings.isRefusal?.(error, this.#incoming.request) === true;
  }

  #fail(error: unknown): CallResponse {
    const { bookend, errorResponse } = this.#settings;
    this.#error = error;
    const response = errorResponse?.(error, this.#incoming.request) ?? defaultErrorResponse(error, bookend);
    if (response.status >= 500) this.#incoming.logError(error, "the call failed");
    return response;
  }

  /**
   * Writes the call to the audit log. Returns the response to send: the given one or, if a required entry cannot be
   * written, an error.
   */
  async #audit(response: CallResponse): Promise<CallResponse> {
    const { bookend } = this.#settings;
    const entry = this.#auditEntry(response);
    try {
      if (entry?.id === this.#call.id) await bookend.recordCall(entry);
      else {
        // the entries of the call's actions must not wait for an entry with the call's id, which will not be written
        await bookend.recordActions(this.#call.id);
        if (entry) await bookend.recordCall(entry);
      }
      return response;
    } catch (error) {
      this.#incoming.discard();
      return this.#fail(error);
    }
  }

  #auditEntry(response: CallResponse): AuditCall | undefined {
    const { auditEntry = auditCall } = this.#settings;
    const finished = this.#finished(response);
    try {
      return auditEntry(finished);
    } catch (error) {
      this.#incoming.logError(error, "auditEntry failed");
      return auditCall(finished);
    }
  }

  #finished(response: CallResponse): FinishedCall<Request> {
    const { raises, name, request } = this.#incoming;
    return {
      call: this.#call,
      response,
      error: this.#error,
      event: raises ? name : undefined,
      raised: this.#raised,
      refused: this.#refused,
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#started,
      request,
    };
  }

  async #report(response: CallResponse): Promise<void> {
    try {
      await this.#settings.onCall?.(this.#finished(response));
    } catch (error) {
      this.#incoming.logError(error, "onCall failed");
    }
  }
}
