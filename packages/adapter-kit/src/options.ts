import type { Actor, AuditCall, Bookend, Call, CallResponse, MaybePromise, UserRef } from "@bookend/core";
import type { ParameterLimits } from "./parameter-limits.js";

/** Options that every adapter takes; `Request` is the framework's. */
export interface AdapterOptions<Request> {
  readonly bookend: Bookend;
  /** Addresses and networks whose `X-Forwarded-For` is trusted, e.g. `["10.0.0.0/8"]`. @default none */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Limits of a request. @default `defaultParameterLimits` */
  readonly limits?: Partial<ParameterLimits> | undefined;
  /**
   * Normalizes parameters to the form that conditions, actions and routes read: aliases under one name, numbers as
   * strings. Called before the event is raised, and again if pre actions ran. If it throws, the call is refused.
   */
  readonly normalize?: ((parameters: Record<string, unknown>, request: Request) => Record<string, unknown>) | undefined;
  /**
   * Returns the address of the client, if the host knows that address better than the socket and its proxies do, for
   * example because a gateway names its client in a parameter. `known` is the address that is used otherwise. If it
   * throws, the call is refused before it raises its event.
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
  /** Returns who is logged in. If it throws, the call is refused before it raises its event. */
  readonly actor?: ((request: Request) => MaybePromise<Actor | undefined>) | undefined;
  /**
   * Returns the user that a call with these parameters is about. If it throws, the call is refused before it raises its
   * event.
   */
  readonly user?:
    | ((parameters: Readonly<Record<string, unknown>>, request: Request) => MaybePromise<UserRef | undefined>)
    | undefined;
  /**
   * Whether the caller may make this call. Called before the first action of the event runs and, if pre actions ran,
   * again after them. If it returns anything but `true`, or throws, the call is refused, and no further action of the
   * event runs.
   *
   * @default every call is allowed
   */
  readonly authorize?: ((call: Call, request: Request) => MaybePromise<boolean>) | undefined;
  /**
   * Whether an error that the handler of a route threw means that the caller may not make this call. No action runs
   * after such a call. A `RefusedCallError` always means this.
   */
  readonly isRefusal?: ((error: unknown, request: Request) => boolean) | undefined;
  /** The response to a failed call, which post actions see like any other. @default `defaultErrorResponse` */
  readonly errorResponse?: ((error: unknown, request: Request) => CallResponse) | undefined;
  /**
   * The entry that the audit sink of `bookend` receives for each call; undefined leaves the call out. Return a changed
   * copy of the result of `auditCall`.
   *
   * @default `auditCall`
   */
  readonly auditEntry?: ((finished: FinishedCall<Request>) => AuditCall | undefined) | undefined;
  /**
   * Runs for each call right before its response is sent; the response waits for the result. If the function throws,
   * the error is logged and has no other effect.
   */
  readonly onCall?: ((finished: FinishedCall<Request>) => MaybePromise<void>) | undefined;
  /**
   * Milliseconds that a handler may still take to respond after its client hung up. After that, the call fails with
   * status 499, which the audit log shows. Until then, the call continues, so that clients cannot evade post actions by
   * hanging up.
   *
   * @default 60_000
   */
  readonly hangUpTimeoutMs?: number | undefined;
  /** Returns the time for `startedAt`. @default the system's clock */
  readonly clock?: (() => Date) | undefined;
}

/** A call whose response is about to be sent. */
export interface FinishedCall<Request> {
  /** If the call was refused, `parameters`, `actor` and `user` may be missing. */
  readonly call: Call;
  /** The response after post actions. */
  readonly response: CallResponse;
  /**
   * The error with which the call failed: thrown by the handler or a callback, a `CallAbortedError`, or
   * `AUDIT_UNAVAILABLE` if a required audit entry cannot be written.
   */
  readonly error?: unknown;
  /** The event that the call's route raises; undefined on a route that only has `audit`. */
  readonly event: string | undefined;
  /**
   * Whether the call's event was raised: false for a call that was refused earlier, and on routes that only have
   * `audit`.
   */
  readonly raised: boolean;
  /** Whether the call was refused: before its event was raised, after pre actions, or by its handler. */
  readonly refused: boolean;
  readonly startedAt: Date;
  /** Duration of the call in milliseconds, actions included. */
  readonly durationMs: number;
  readonly request: Request;
}
