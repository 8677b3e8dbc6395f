import type { AdapterOptions, FinishedCall as FinishedCallOf, RouteOptions } from "@bookend/adapter-kit";
import type { Call, Logger, MaybePromise } from "@bookend/core";

/** Options of `bookendFetch`. */
export interface BookendFetchOptions extends AdapterOptions<Request> {
  /** Largest JSON or form body in bytes; a larger one is refused with 413. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /**
   * Returns the remote address of the socket; undefined if it is unknown. `rest` holds the arguments that the server
   * passes to a handler after the request.
   *
   * @default the address that `Bun.serve` and `Deno.serve` provide
   */
  remoteAddress?(request: Request, ...rest: unknown[]): string | undefined;
  /**
   * Returns the parameters of the path.
   *
   * @default `params` of the server's second argument (Next.js) or of the request (Bun), which may be a promise
   */
  params?(request: Request, ...rest: unknown[]): MaybePromise<object | undefined>;
  /** Where errors of status 500 and above are logged. @default the console */
  readonly logger?: Logger | undefined;
}

/** The options of a route. */
export interface FetchRoute extends RouteOptions {
  /** `false` leaves the body unread, for the handler; the body then contributes no parameters. @default true */
  readonly readsBody?: boolean | undefined;
  /** The path in router syntax, such as `/token/:otp`; needed to hide `secrets`. */
  readonly pattern?: string | undefined;
}

/**
 * Handles the request of a call. `call.request.parameters` contains the changes of pre actions; `rest` holds the
 * further arguments of the server. A handler may declare a narrower request class, such as `NextRequest`.
 */
export type CallHandler = {
  // a method, so that its parameters may have narrower types
  // biome-ignore lint/suspicious/noExplicitAny: each server passes something else
  handle(request: Request, call: Call, ...rest: any[]): MaybePromise<Response>;
}["handle"];

/** The wrapped handler, as the server calls it: with the handler's arguments except for the call. */
export type ServedHandler<H extends CallHandler> =
  Parameters<H> extends [unknown?, unknown?, ...infer Rest]
    ? (request: Parameters<H> extends [infer R, ...unknown[]] ? R : Request, ...rest: Rest) => Promise<Response>
    : never;

/** A call whose response is about to be sent. */
export interface FinishedCall extends FinishedCallOf<Request> {}
