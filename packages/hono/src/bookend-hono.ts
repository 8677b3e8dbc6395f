import {
  checkLimits,
  consoleLogger,
  createExchanges,
  declareRoute,
  defaultErrorResponse,
  type FetchAnswer,
  type FetchSources,
  fetchHangUp,
  fetchHeaders,
  type ParameterSources,
  positiveInteger,
  publicPath,
  readFetchAnswer,
  readFetchSources,
  remoteAddressOf,
  snapshotHeaders,
  toFetchResponse,
  writeFetchRequest,
} from "@bookend/adapter-kit";
import type { CallResponse } from "@bookend/core";
import type { Context, MiddlewareHandler, Next } from "hono";
import { routePath } from "hono/route";
import type { BookendHonoOptions, CallEnv, HonoRoute } from "./options.js";
import { bodyBytes, writeRequest } from "./request.js";

const mebibyte = 1024 * 1024;

/** Creates the middleware of a route from its event or its options. Returned by `bookendHono`. */
export type CallMiddleware = (route: string | HonoRoute) => MiddlewareHandler<CallEnv>;

/**
 * Creates middleware that wraps routes in calls: `app.post("/invoices", event("invoice_create"), handler)`. Middleware
 * before it, such as authentication, runs before the call; what comes after it, such as validators, runs within the
 * call.
 *
 * @throws {ValueError} VALUE_INVALID for a bad network in `trustedProxies`, or a bad limit
 */
export function bookendHono(options: BookendHonoOptions): CallMiddleware {
  const { bookend, logger = consoleLogger, remoteAddress } = options;
  const bodyLimit = positiveInteger("bodyLimit", options.bodyLimit ?? mebibyte);
  const limits = checkLimits(options.limits);
  const exchanges = createExchanges(options);
  bookend.adoptLogger(logger);

  return (given) => {
    const route = declareRoute(bookend, given, ["readsBody"]);
    const { lists, secrets = [], readsBody = true } = route.options;
    return async (context, next) => {
      const { req } = context;
      const request = req.raw;
      const path = new URL(request.url).pathname;
      /** Headers that earlier middleware set. */
      const outer = snapshotHeaders(fetchHeaders(context.res.headers));
      let sources: (FetchSources & ParameterSources) | undefined;
      let answer: FetchAnswer | undefined;
      const left = await exchanges.run({
        request: context,
        name: route.name,
        raises: route.raises,
        method: req.method,
        path,
        publicPath: publicPath(path, routePath(context), secrets),
        headers: Object.fromEntries(request.headers),
        remoteAddress: remoteAddress ? remoteAddress(context) : remoteAddressOf(request, context.env),
        lists,
        async sources() {
          const bytes = bodyBytes(context);
          sources ??= {
            ...(await readFetchSources(request, { bodyLimit, limits, readsBody, bytes })),
            path: req.param(),
          };
          return sources;
        },
        write(changed) {
          if (!sources) return;
          const written = writeFetchRequest(request, sources, changed);
          writeRequest(context, written, changed.path === sources.path ? undefined : changed.path);
        },
        onReady: (call) => context.set("call", call),
        async answer() {
          answer = await readFetchAnswer(await handled(context, next), outer);
          return answer.response;
        },
        onHangUp: fetchHangUp(request),
        discard() {
          answer?.discard();
          answer = undefined;
        },
        logError: (error, message) => logger.error({ err: error }, message),
      });
      respond(
        context,
        () => (answer ? answer.send(left) : toFetchResponse(left, outer)),
        (error) => {
          logger.error({ err: error }, "an action made a response that cannot be sent");
          return toFetchResponse(unsendable(error), outer);
        },
      );
    };
  };
}

/**
 * Returns the response of the middleware and the handler that come after it, or their error instead of Hono's response
 * to it.
 */
async function handled(context: Context, next: Next): Promise<Response> {
  await next();
  if (context.error) throw context.error;
  return context.res;
}

function respond(context: Context, make: () => Response, makeOther: (error: unknown) => Response): void {
  let response: Response;
  try {
    response = make();
  } catch (error) {
    response = makeOther(error);
  }
  if (response === context.res && context.finalized) return;
  // otherwise Hono would add the headers of the response that it replaces
  context.res = undefined;
  context.res = response;
}

function unsendable(error: unknown): CallResponse {
  return { ...defaultErrorResponse(error), status: 500 };
}
