import { isPromise } from "@bookend/core";
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";

/** A handler of a route, or one of its errors. */
export type RouteHandler = RequestHandler | ErrorRequestHandler;

/** Where a request goes that no handler answers. */
export interface HandlerEnds {
  /** Told of what a handler threw, rejected with or passed to `next`, and no handler of errors took. */
  readonly failed: (error: unknown) => void;
  /** Goes on behind the route. */
  readonly passed: NextFunction;
}

/** Runs handlers one after another, as an Express route does; a rejected promise is an error in Express 4 as well. */
export function runHandlers(
  handlers: readonly RouteHandler[],
  request: Request,
  response: Response,
  { failed, passed }: HandlerEnds,
): void {
  const run = (index: number, error?: unknown): void => {
    const handler = handlers[index];
    const next = (problem?: unknown) => run(index + 1, problem);
    // Express's words for leaving a route
    if (error === "route" || error === "router") passed(error);
    else if (!handler) end(error);
    else if (handlesErrors(handler) === Boolean(error)) call(handler, next, error);
    else next(error);
  };
  const end = (error: unknown) => (error ? failed(error) : passed());
  const call = (handler: RouteHandler, next: NextFunction, error: unknown) => {
    try {
      const result: unknown = handlesErrors(handler)
        ? handler(error, request, response, next)
        : handler(request, response, next);
      if (isPromise(result)) result.catch((reason: unknown) => next(reason || new Error("rejected without a reason")));
    } catch (thrown) {
      next(thrown || new Error("thrown without a reason"));
    }
  };
  run(0);
}

function handlesErrors(handler: RouteHandler): handler is ErrorRequestHandler {
  return handler.length === 4;
}
