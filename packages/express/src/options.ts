import type { AdapterOptions, FinishedCall as FinishedCallOf, RouteOptions } from "@bookend/adapter-kit";
import type { Call, Logger } from "@bookend/core";
import type { Request } from "express";

/** Options of `bookendExpress`. */
export interface BookendExpressOptions extends AdapterOptions<Request> {
  /** Receives errors with status 500 and above. @default the console */
  readonly logger?: Logger | undefined;
}

/** The options of a route for its calls. */
export interface ExpressRoute extends RouteOptions {}

/** A call whose response is about to be sent. */
export interface FinishedCall extends FinishedCallOf<Request> {}

declare global {
  namespace Express {
    interface Request {
      /**
       * The call that belongs to this request, with the parameters as pre actions left them. Exists only in the
       * handlers of a route that `bookendExpress` wraps.
       */
      readonly call: Call;
    }
  }
}
