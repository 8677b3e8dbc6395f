import type { Actor, AuditCall, Bookend, Call, CallResponse, MaybePromise, UserRef } from "@bookend/core";

/** A request as the framework passes it to a handler that runs in the adapter. */
export interface SeenRequest {
  readonly call: Call;
  readonly body: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parameters of the path. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * The response of a test's handler, to be sent in the framework's usual way. At most one of `json`, `text`, `bytes` and
 * `stream` is given.
 */
export interface HandlerAnswer {
  /** @default 200 */
  readonly status?: number | undefined;
  /** Headers; a name may occur more than once. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly json?: unknown;
  readonly text?: string | undefined;
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  readonly stream?: AsyncIterable<Uint8Array<ArrayBuffer>> | undefined;
}

/** A route of the server under test. */
export interface AdapterRoute {
  readonly method: "GET" | "POST" | "OPTIONS";
  /** Parameters of the path are written as `:name`. */
  readonly path: string;
  readonly event?: string | undefined;
  /** The name of the calls of a route without an event. */
  readonly audit?: string | undefined;
  readonly lists?: readonly string[] | undefined;
  readonly secrets?: readonly string[] | undefined;
  /**
   * Validates the body of this route. The framework must call it after the adapter's pre actions, and refuse a body for
   * which it returns false with 400.
   */
  readonly isValid?: ((body: unknown) => boolean) | undefined;
  readonly handle: (seen: SeenRequest) => MaybePromise<HandlerAnswer>;
}

/** A call that has ended, as the adapter reports it. */
export interface ReportedCall {
  readonly call: Call;
  readonly response: CallResponse;
  readonly error?: unknown;
  readonly raised: boolean;
  readonly refused: boolean;
}

/** Options that are passed to the adapter unchanged. */
export interface AdapterCallbacks {
  readonly trustedProxies?: readonly string[];
  readonly limits?: { readonly values?: number; readonly fields?: number };
  readonly actor?: () => Actor | undefined;
  readonly user?: (parameters: Readonly<Record<string, unknown>>) => UserRef | undefined;
  readonly authorize?: (call: Call) => MaybePromise<boolean>;
  readonly isRefusal?: (error: unknown) => boolean;
  readonly errorResponse?: (error: unknown) => CallResponse;
  readonly auditEntry?: (finished: ReportedCall) => AuditCall | undefined;
  readonly onCall?: (finished: ReportedCall) => MaybePromise<void>;
  readonly hangUpTimeoutMs?: number;
}

/** The server that a test needs. */
export interface AdapterServerOptions {
  readonly bookend: Bookend;
  readonly routes: readonly AdapterRoute[];
  readonly callbacks: AdapterCallbacks;
  /** Maximum size of a body in bytes; a longer one is refused with 413. */
  readonly bodyLimit: number;
  /** Headers that code before the adapter sets on each response. */
  readonly outerHeaders: Readonly<Record<string, string>>;
}

/** A server that listens on 127.0.0.1. */
export interface StartedServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  stop(): MaybePromise<void>;
}

/** An adapter under test: a function that starts a server with it. */
export type StartAdapterServer = (options: AdapterServerOptions) => MaybePromise<StartedServer>;
