import type { Actor, Bookend, Directories, Logger, MaybePromise, UserRef } from "@bookend/core";

/** What a request needs: `explain` is apart, for it shows what callers send and what directories know. */
export type Permission = "read" | "write" | "explain";

/** What a request does. */
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
  | "explain";

/** What `authorize` is given. The request body has not been read yet; `authorize` must not read it. */
export interface AuthorizeInput<C> {
  readonly request: Request;
  readonly permission: Permission;
  readonly operation: Operation;
  /** The second argument of `fetch`. */
  readonly context: C | undefined;
}

/** What the user of a made-up call is found from. */
export interface ExplainedParameters {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Who is logged in. */
  readonly actor: Actor | undefined;
}

/** Why a request is refused; it becomes the answer as it is. */
export interface AdminDenied {
  /** HTTP status, e.g. 401 or 403. */
  readonly status: number;
  /** Number in `result.error.code`, e.g. 4033 or 303. */
  readonly code: number;
  readonly message: string;
}

/** What every answer says of the server. */
export interface EnvelopeOptions {
  /** Default `Bookend <version>`. */
  readonly version?: string | undefined;
  /** Default: the version of this package. */
  readonly versionNumber?: string | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** What `createAdmin` is made from. */
export interface AdminOptions<C> {
  readonly bookend: Bookend;
  /** Asked before anything else is done. A throw is an internal error, and nothing is done either. */
  readonly authorize: (input: AuthorizeInput<C>) => MaybePromise<true | AdminDenied>;
  /** Those of `createBookend`: conditions without theirs are not offered, and they give the names to choose from. */
  readonly directories?: Directories | undefined;
  /**
   * The user of a call that `explain` is asked about: the function that the adapter finds users with, so that both find the same.
   *
   * @default `directories.users.fromParameters`, else `user` as `login@realm`
   */
  readonly user?: ((input: ExplainedParameters) => MaybePromise<UserRef | undefined>) | undefined;
  /** Path of the API, without a slash at its end. @default "/event" */
  readonly basePath?: string | undefined;
  /** Largest body in bytes. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /** Largest body of an import in bytes. @default 8 MiB, or `bodyLimit` if that is more */
  readonly importLimit?: number | undefined;
  readonly envelope?: EnvelopeOptions | undefined;
  /** Told of internal errors. */
  readonly logger?: Logger | undefined;
}

/** The management API. */
export interface Admin<C> {
  /** Answers a request at or below the base path. Never rejects. */
  fetch(request: Request, context?: C): Promise<Response>;
  /** What there is: `{ method: "POST", path: "/event/enable/:id" }`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}
