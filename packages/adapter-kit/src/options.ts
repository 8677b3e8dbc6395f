import type { Actor, AuditCall, Bookend, Call, CallResponse, MaybePromise, UserRef } from "@bookend/core";
import type { ParameterLimits } from "./parameter-limits.js";

/** Options that every adapter takes; `Request` is the framework's. */
export interface AdapterOptions<Request> {
  readonly bookend: Bookend;
  /** Addresses and networks whose `X-Forwarded-For` is trusted, e.g. `["10.0.0.0/8"]`. @default none */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How much a request may bring. @default `defaultParameterLimits` */
  readonly limits?: Partial<ParameterLimits> | undefined;
  /**
   * Brings parameters into the one form that conditions, actions and routes read: aliases under one name, numbers as strings.
   * Asked before the event is raised, and again if actions ran before the call. A throw refuses the call.
   */
  readonly normalize?: ((parameters: Record<string, unknown>, request: Request) => Record<string, unknown>) | undefined;
  /**
   * The address of the client where the host knows better than the socket and its proxies: of a gateway that names its client in a
   * parameter. `known` is the address that would be taken. A throw refuses the call before it raises its event.
   *
   * @default `known`
   */
  readonly clientIp?:
    | ((
        parameters: Readonly<Record<string, unknown>>,
        known: string | undefined,
        request: Request,
      ) => MaybePromise<string | undefined>)
    | undefined;
  /** Who is logged in. A throw refuses the call before it raises its event. */
  readonly actor?: ((request: Request) => MaybePromise<Actor | undefined>) | undefined;
  /** The user that a call with these parameters is about. A throw refuses the call before it raises its event. */
  readonly user?:
    | ((parameters: Readonly<Record<string, unknown>>, request: Request) => MaybePromise<UserRef | undefined>)
    | undefined;
  /**
   * Whether this caller may do this to this object. Asked before the first action of the event runs and, if one ran before the
   * call, again after actions changed the call. Anything but `true`, and a throw, refuses the call: no action of the event
   * runs after that.
   *
   * @default every call is allowed
   */
  readonly authorize?: ((call: Call, request: Request) => MaybePromise<boolean>) | undefined;
  /**
   * Whether an error that the handler of a route threw means that the caller may not make this call, which was found out only
   * then. No action runs after such a call. A `RefusedCallError` always means that.
   */
  readonly isRefusal?: ((error: unknown, request: Request) => boolean) | undefined;
  /** The response to a failed call, which post actions see like any other. @default `defaultErrorResponse` */
  readonly errorResponse?: ((error: unknown, request: Request) => CallResponse) | undefined;
  /**
   * The entry that the audit sink of `bookend` receives for each call; undefined leaves the call out. Return a changed copy of what `auditCall` makes.
   *
   * @default `auditCall`
   */
  readonly auditEntry?: ((finished: FinishedCall<Request>) => AuditCall | undefined) | undefined;
  /** Runs for each call when only sending the response is left, which waits for it. What it throws is logged and has no other effect. */
  readonly onCall?: ((finished: FinishedCall<Request>) => MaybePromise<void>) | undefined;
  /**
   * Milliseconds that a handler may still take to answer after its client hung up. The call then fails with status 499, which the
   * audit log shows; until then it runs to its end, so that nobody escapes post actions by hanging up.
   *
   * @default 60_000
   */
  readonly hangUpTimeoutMs?: number | undefined;
  /** For `startedAt`. @default the system's clock */
  readonly clock?: (() => Date) | undefined;
}

/** A call whose response is about to be sent. */
export interface FinishedCall<Request> {
  /** Of a call that was refused, `parameters`, `actor` and `user` may be missing. */
  readonly call: Call;
  /** After post actions. */
  readonly response: CallResponse;
  /** Why it failed: what the handler or a callback threw, or a `CallAbortedError`. */
  readonly error?: unknown;
  /** The event that its route raises; undefined on a route that is only reported. */
  readonly event: string | undefined;
  /** Whether its event was raised: false for a call that was refused before, and on routes that only name an `audit`. */
  readonly raised: boolean;
  /** Whether it was refused: before its event was raised, or after actions ran before the call, or by its handler. */
  readonly refused: boolean;
  readonly startedAt: Date;
  /** Milliseconds, actions included. */
  readonly durationMs: number;
  readonly request: Request;
}
