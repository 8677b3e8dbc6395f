import type { Actor, Bookend, Directories, DurableOutbox, Logger, MaybePromise, UserRef } from "@bookend/core";
import type { AuditReader } from "./audit-reader.js";
import type { CallReader } from "./call-reader.js";
import type { Permission, Right } from "./rights.js";

/** What a request does. The README lists the routes of each operation. */
export type Operation =
  | "list"
  | "get"
  | "available"
  | "handlermodules"
  | "positions"
  | "defaults"
  | "actions"
  | "conditions"
  | "check"
  | "export"
  | "set"
  | "enable"
  | "disable"
  | "delete"
  | "import"
  | "explain"
  | "rights"
  | "describe"
  | "tags"
  | "patch"
  | "order"
  | "bulk"
  | "copy"
  | "history"
  | "restore"
  | "preview"
  | "stats"
  | "audit"
  | "calls"
  | "backtest"
  | "deliveries"
  | "replay"
  | "cancel"
  | "hasten"
  | "destinations"
  | "resume"
  | "openapi"
  | "asyncapi";

/** Features that a host may provide; `GET /rights` lists them. */
export type Feature = "history" | "audit" | "deliveries" | "calls" | "preview";

/** The object that the path of a request names. */
export interface AdminObject {
  readonly type: "binding" | "handlermodule" | "call" | "delivery" | "destination";
  /** Id of the binding, the call or the delivery; name of the handler module or the destination. */
  readonly id: string;
}

/** Input of `authorize`. The request body has not been read yet; `authorize` must not read it. */
export interface AuthorizeInput<C> {
  readonly request: Request;
  /** The right that the request needs, such as `bindings:write`. */
  readonly right: Right;
  /** The coarser permission that the right belongs to: `read`, `write` or `explain`. */
  readonly permission: Permission;
  readonly operation: Operation;
  /** Undefined for a request whose path does not name an object. */
  readonly object?: AdminObject | undefined;
  /** The second argument of `fetch`. */
  readonly context: C | undefined;
}

/** Input of `actor` and `client`, with which the host identifies who makes a request, and from where. */
export interface RequestInput<C> {
  readonly request: Request;
  /** The second argument of `fetch`. */
  readonly context: C | undefined;
}

/** Input of `user`: the fields from which the host identifies the user of a call that a client describes. */
export interface ExplainedParameters {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The person who makes the call that the client describes. */
  readonly actor: Actor | undefined;
}

/** The reason why a request is refused, which becomes the response. */
export interface AdminDenied {
  /** HTTP status, e.g. 401 or 403. */
  readonly status: number;
  /** Number in `result.error.code`, e.g. 4033 or 303. */
  readonly code: number;
  readonly message: string;
}

/** The information about the server in every response. */
export interface EnvelopeOptions {
  /** @default `Bookend <version>` */
  readonly version?: string | undefined;
  /** @default the version of this package */
  readonly versionNumber?: string | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Options of `createAdmin`. */
export interface AdminOptions<C> {
  readonly bookend: Bookend;
  /**
   * Called before anything else, for each request that needs a right. If it throws, the request fails with an internal
   * error.
   */
  readonly authorize: (input: AuthorizeInput<C>) => MaybePromise<true | AdminDenied>;
  /** The audit log, such as that of `@bookend/store-sql`. @default none, and its routes return 404 */
  readonly audit?: AuditReader | undefined;
  /** Recorded calls, such as the log of calls of `@bookend/store-sql`. @default none, and their routes return 404 */
  readonly calls?: CallReader | undefined;
  /** Returns who makes a request, for the history and `GET /rights`. @default unknown */
  readonly actor?: ((input: RequestInput<C>) => MaybePromise<Actor | undefined>) | undefined;
  /** Returns the address that a request comes from, for the history. @default unknown */
  readonly client?: ((input: RequestInput<C>) => MaybePromise<string | undefined>) | undefined;
  /**
   * The directories of `createBookend`: conditions whose directories are missing are not offered, and forms show the
   * names that they provide.
   */
  readonly directories?: Directories | undefined;
  /**
   * Returns the user of a call to explain: pass the function with which the adapter of the web framework finds users,
   * so that `explain` finds the same users.
   *
   * @default `directories.users.fromParameters`, otherwise `user` as `login@realm`
   */
  readonly user?: ((input: ExplainedParameters) => MaybePromise<UserRef | undefined>) | undefined;
  /** Path of the API, without a slash at its end. @default "/event" */
  readonly basePath?: string | undefined;
  /** Maximum size of a body in bytes. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /** Maximum size of an import's body in bytes. @default 8 MiB, or `bodyLimit` if that is larger */
  readonly importLimit?: number | undefined;
  readonly envelope?: EnvelopeOptions | undefined;
  /** Stores the deliveries that the API shows, replays and cancels. @default none, and those routes return 404 */
  readonly outbox?: DurableOutbox | undefined;
  /** Receives internal errors. @default they are not logged */
  readonly logger?: Logger | undefined;
}

/** The management API. */
export interface Admin<C> {
  /** Handles a request at or below the base path. Never rejects. */
  fetch(request: Request, context?: C): Promise<Response>;
  /** The routes, such as `{ method: "POST", path: "/event/enable/:id" }`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}
