import type { AdapterOptions, FinishedCall as FinishedCallOf, RouteOptions } from "@bookend/adapter-kit";
import type { Call, Logger } from "@bookend/core";
import type { Context } from "hono";

/** Options of `bookendHono`. Their functions receive Hono's context as the request. */
export interface BookendHonoOptions extends AdapterOptions<Context> {
  /** Maximum size of a JSON or form body in bytes; a larger one is refused with 413. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /**
   * The address of the socket's other end; undefined if it is unknown.
   *
   * @default the address that `@hono/node-server`, `Bun.serve` or `Deno.serve` provides
   */
  readonly remoteAddress?: ((context: Context) => string | undefined) | undefined;
  /** Receives errors with status 500 and above. @default the console */
  readonly logger?: Logger | undefined;
}

/** The options of a route for its calls. */
export interface HonoRoute extends RouteOptions {
  /** `false` leaves the body unread for the handler; its fields are then not parameters. @default true */
  readonly readsBody?: boolean | undefined;
}

/** The variables that the middleware sets for later handlers: `c.var.call`. */
export interface CallEnv {
  Variables: {
    /** The call that belongs to this request, with the parameters as pre actions left them. */
    call: Call;
  };
}

/** A call whose response is about to be sent. */
export interface FinishedCall extends FinishedCallOf<Context> {}
