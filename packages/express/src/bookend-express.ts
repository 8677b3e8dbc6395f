import {
  checkLimits,
  consoleLogger,
  createExchanges,
  declareRoute,
  defaultErrorResponse,
  HeldResponse,
  nodeHangUp,
  type ParameterLimits,
  type ParameterSources,
  parseForm,
  publicPath,
} from "@bookend/adapter-kit";
import { type Call, type CallResponse, problemMessage, ValueError } from "@bookend/core";
import type { Request, RequestHandler, Response } from "express";
import type { BookendExpressOptions, ExpressRoute } from "./options.js";
import { runHandlers } from "./run-handlers.js";

/** Wraps the handlers of a route in a call. Created by `bookendExpress`. */
export type CallMiddleware = <P = Request["params"]>(
  route: string | ExpressRoute,
  ...handlers: readonly RequestHandler<P>[]
) => RequestHandler<P>;

/**
 * Creates a function that wraps the handlers of routes in calls: `app.post("/invoices", event("invoice_create",
 * handler))`. Middleware before it, such as body parsers and authentication, runs before the call; the handlers that
 * are passed to it, such as validators, run within the call.
 *
 * @throws {ValueError} VALUE_INVALID for a bad network in `trustedProxies`, or a bad limit
 */
export function bookendExpress(options: BookendExpressOptions): CallMiddleware {
  const { bookend, logger = consoleLogger } = options;
  const limits = checkLimits(options.limits);
  const exchanges = createExchanges(options);
  bookend.adoptLogger(logger);

  return (given, ...handlers) => {
    const route = declareRoute(bookend, given);
    const { lists, secrets = [] } = route.options;
    if (handlers.length === 0)
      throw new ValueError(problemMessage("are missing", "at least one", "handlers"), "at least one");
    return async (typed, response, next) => {
      const request = typed as unknown as Request;
      const held = new HeldResponse(response);
      const [path = "/"] = request.originalUrl.split("?", 1);
      let sources: ParameterSources | undefined;
      const logError = (error: unknown, message: string) => logger.error({ err: error }, message);
      const left = await exchanges.run({
        request,
        name: route.name,
        raises: route.raises,
        method: request.method,
        path,
        publicPath: publicPath(path, patternOf(request), secrets),
        headers: request.headers,
        remoteAddress: request.socket.remoteAddress,
        lists,
        sources() {
          sources ??= sourcesOf(request, limits);
          return sources;
        },
        write(changed) {
          if (sources) writeRequest(request, sources, changed);
          sources = changed;
        },
        onReady: (call: Call) => Object.defineProperty(request, "call", { configurable: true, value: call }),
        async answer() {
          try {
            return await new Promise<CallResponse>((resolve, reject) => {
              held.answer().then(resolve, reject);
              const failed = (error: unknown) => {
                if (held.isAnswered) breakOff(response, error, logError);
                else reject(error);
              };
              runHandlers(handlers as unknown as readonly RequestHandler[], request, response, {
                failed,
                passed: next,
              });
            });
          } catch (error) {
            held.forgetAnswer();
            throw error;
          }
        },
        onHangUp: nodeHangUp(response),
        discard: () => held.discard(),
        logError,
      });
      try {
        held.send(left);
      } catch (error) {
        logError(error, "an action made a response that cannot be sent");
        held.discard();
        held.send({ ...defaultErrorResponse(error), status: 500 });
      }
    };
  };
}

/**
 * Breaks the connection after an error in the middle of a response, so that the client does not mistake what it
 * received for the whole response.
 */
function breakOff(response: Response, error: unknown, logError: (error: unknown, message: string) => void): void {
  logError(error, "the handler failed after it had responded");
  if (!response.writableEnded) response.destroy();
}

function sourcesOf(request: Request, { fields }: ParameterLimits): ParameterSources {
  const { originalUrl, body, params, headers } = request;
  const at = originalUrl.indexOf("?");
  return {
    query: at === -1 ? {} : parseForm(originalUrl.slice(at + 1), { fields }),
    body,
    form: /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(headers["content-type"] ?? ""),
    path: params,
  };
}

function writeRequest(request: Request, read: ParameterSources, { query, body, path }: ParameterSources): void {
  request.body = body;
  request.params = path as Request["params"];
  if (query === read.query) return;
  // an unchanged query stays as the host's query parser created it; in Express 5, the property only has a getter
  const [old, changed] = [read.query as Record<string, unknown>, query as Record<string, unknown>];
  const value: Record<string, unknown> = { ...request.query };
  for (const name of Object.keys(old)) if (!Object.hasOwn(changed, name)) delete value[name];
  for (const name of Object.keys(changed)) if (changed[name] !== old[name]) value[name] = changed[name];
  Object.defineProperty(request, "query", { configurable: true, enumerable: true, writable: true, value });
}

/** Returns the path of the route, if it is a string. */
function patternOf({ baseUrl, route }: Request): string {
  const path: unknown = (route as { readonly path?: unknown } | undefined)?.path;
  return typeof path === "string" ? `${baseUrl}${path}` : "";
}
