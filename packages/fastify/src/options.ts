import type { AdapterOptions, FinishedCall as FinishedCallOf } from "@bookend/adapter-kit";
import type { Call } from "@bookend/core";
import type { FastifyRequest } from "fastify";

/** Options of `bookendPlugin`. */
export interface BookendPluginOptions extends AdapterOptions<FastifyRequest> {}

/** A call whose response is about to be sent. */
export interface FinishedCall extends FinishedCallOf<FastifyRequest> {}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The event that calls of this route raise. */
    event?: string;
    /**
     * The name of this route's calls in `onCall` and in the audit log if the route raises no event. A function may
     * return `undefined` to leave a call out.
     */
    audit?: string | ((request: FastifyRequest) => string | undefined);
    /**
     * Names of parameters that may occur more than once in the query or the form of this route; `true` for any.
     * @default none
     */
    lists?: readonly string[] | true;
    /**
     * Names of parameters of the path whose values are secret: messages and logs show the path without them. @default
     * none
     */
    secrets?: readonly string[];
  }
  interface FastifyRequest {
    /**
     * The call that belongs to this request. It contains the parameters as pre actions and the validation left them.
     *
     * @throws {AdapterError} NO_CALL if there is none
     */
    readonly call: Call;
  }
}
