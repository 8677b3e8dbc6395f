import type { Bookend, Directories, Logger, MaybePromise } from "@bookend/core";

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

/** What `authorize` is given. The body of the request is not read yet, and not its to read. */
export interface AuthorizeInput<C> {
  readonly request: Request;
  readonly permission: Permission;
  readonly operation: Operation;
  /** What `fetch` was given beside the request. */
  readonly context: C | undefined;
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
  /** Path of the API, without a slash at its end. Default `/event`. */
  readonly basePath?: string | undefined;
  /** Largest body in bytes. Default 1 MiB. */
  readonly bodyLimit?: number | undefined;
  readonly envelope?: EnvelopeOptions | undefined;
  /** Told of internal errors. */
  readonly logger?: Logger | undefined;
}

/** The management API. */
export interface Admin<C> {
  /** Answers a request at or below the base path. Never rejects. */
  fetch(request: Request, context?: C): Promise<Response>;
}
