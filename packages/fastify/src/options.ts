import type { Actor, Bookend, Call, CallResponse, MaybePromise, UserRef } from "@bookend/core";
import type { FastifyRequest } from "fastify";

/** What `bookendPlugin` is registered with. */
export interface BookendPluginOptions {
  readonly bookend: Bookend;
  /** Addresses and networks whose `X-Forwarded-For` is believed, e.g. `["10.0.0.0/8"]`. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /**
   * Who is logged in. If it throws, the call is refused with that error before it raises its event:
   * nobody triggers an action by a call that he may not make.
   */
  readonly actor?: ((request: FastifyRequest) => MaybePromise<Actor | undefined>) | undefined;
  /** The user that a call with these parameters is about. A throw refuses the call as one of `actor` does. */
  readonly user?:
    | ((parameters: Readonly<Record<string, unknown>>, request: FastifyRequest) => MaybePromise<UserRef | undefined>)
    | undefined;
  /** The answer to a failed call, which post actions see like any other. Default: `defaultErrorResponse`. */
  readonly errorResponse?: ((error: unknown, request: FastifyRequest) => CallResponse) | undefined;
  /** Told of each call when all is done but the sending, which waits for it. What it throws is logged and changes nothing. */
  readonly onCall?: ((finished: FinishedCall) => MaybePromise<void>) | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** A call whose response is about to be sent. */
export interface FinishedCall {
  /** Of a call that was refused, `parameters`, `actor` and `user` may be missing. */
  readonly call: Call;
  /** After post actions. */
  readonly response: CallResponse;
  /** Why it failed: what the handler or a callback threw, or a `CallAbortedError`. */
  readonly error?: unknown;
  /** Whether its event was raised: false for a call that was refused, and on routes that only name an `audit`. */
  readonly raised: boolean;
  readonly startedAt: Date;
  /** Milliseconds, actions included. */
  readonly durationMs: number;
  readonly request: FastifyRequest;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The event that calls of this route raise. */
    event?: string;
    /** What calls of this route, which raises no event, are called in `onCall`; a function that answers `undefined` leaves one out. */
    audit?: string | ((request: FastifyRequest) => string | undefined);
  }
  interface FastifyRequest {
    /** The call that this request makes; its parameters are what the handler has to read. Throws `NO_CALL` where there is none. */
    readonly call: Call;
  }
}
