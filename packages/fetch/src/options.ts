import type { AdapterOptions, FinishedCall as FinishedCallOf, RouteOptions } from "@bookend/adapter-kit";
import type { Call, Logger, MaybePromise } from "@bookend/core";

/** Options of `bookendFetch`; `Rest` is what the server passes to a handler beside the request. */
export interface BookendFetchOptions<Rest extends readonly unknown[] = readonly unknown[]>
  extends AdapterOptions<Request> {
  /** Largest JSON or form body in bytes; a larger one is refused with 413. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /**
   * The address of the socket's other end; undefined if it is unknown.
   *
   * @default as `Bun.serve` and `Deno.serve` tell it
   */
  readonly remoteAddress?: ((request: Request, ...rest: Rest) => string | undefined) | undefined;
  /**
   * The parameters of the path.
   *
   * @default `params` of what the server passes (Next.js), or of the request (Bun), which may be a promise
   */
  readonly params?: ((request: Request, ...rest: Rest) => MaybePromise<object | undefined>) | undefined;
  /** Where errors of status 500 and above are logged. @default the console */
  readonly logger?: Logger | undefined;
}

/** What a route says of its calls. */
export interface FetchRoute extends RouteOptions {
  /** `false` leaves the body to the handler, unread; then it has no parameters. @default true */
  readonly readsBody?: boolean | undefined;
  /** The path as a router writes it, such as `/token/:otp`; needed to hide `secrets`. */
  readonly pattern?: string | undefined;
}

/** Handles a request of a call. `call.request.parameters` are as pre actions left them. */
export type CallHandler<R extends Request, Rest extends readonly unknown[]> = (
  request: R,
  call: Call,
  ...rest: Rest
) => MaybePromise<Response>;

/** A call whose response is about to be sent. */
export interface FinishedCall extends FinishedCallOf<Request> {}
