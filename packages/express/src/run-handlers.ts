import { isPromise } from "@bookend/core";
import type { NextFunction, Request, RequestHandler, Response } from "express";

/** Callbacks for a request to which the handlers of a route do not respond. */
export interface HandlerEnds {
  /** Receives what a handler threw, rejected with or passed to `next`. */
  readonly failed: (error: unknown) => void;
  /** Continues after the route. */
  readonly passed: NextFunction;
}

/** Runs handlers one after another, as an Express route does; a rejected promise is an error in Express 4 as well. */
export function runHandlers(
  handlers: readonly RequestHandler[],
  request: Request,
  response: Response,
  { failed, passed }: HandlerEnds,
): void {
  const run = (index: number): void => {
    const handler = handlers[index];
    if (!handler) passed();
    else call(handler, (problem) => next(index, problem));
  };
  const next = (index: number, problem: unknown): void => {
    // Express continues after the route if `next` receives one of these values
    if (problem === "route" || problem === "router") passed(problem);
    else if (problem) failed(problem);
    else run(index + 1);
  };
  const call = (handler: RequestHandler, then: NextFunction) => {
    try {
      const result: unknown = handler(request, response, then);
      if (isPromise(result))
        result.catch((reason: unknown) => failed(reason || new Error("rejected without a reason")));
    } catch (thrown) {
      failed(thrown || new Error("thrown without a reason"));
    }
  };
  run(0);
}
