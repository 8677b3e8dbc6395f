import {
  checkLimits,
  consoleLogger,
  createExchanges,
  declareRoute,
  defaultErrorResponse,
  type FetchAnswer,
  type FetchSources,
  fetchHangUp,
  type ParameterSources,
  positiveInteger,
  publicPath,
  readFetchAnswer,
  readFetchSources,
  remoteAddressOf,
  toFetchResponse,
  writeFetchRequest,
} from "@bookend/adapter-kit";
import { type CallResponse, problemMessage, ValueError } from "@bookend/core";
import type { BookendFetchOptions, CallHandler, FetchRoute, ServedHandler } from "./options.js";
import { paramsOf, withParams } from "./path-params.js";

const mebibyte = 1024 * 1024;

/** Wraps a handler, so that each of its requests becomes a call. Created by `bookendFetch`. */
export type WrapHandler = <H extends CallHandler>(route: string | FetchRoute, handler: H) => ServedHandler<H>;

/**
 * Creates a function that wraps handlers of WHATWG requests, so that each of their requests becomes a call: `export
 * const POST = route("invoice_create", handler)`.
 *
 * @throws {ValueError} VALUE_INVALID if an entry of `trustedProxies` is not a valid network, or if a limit is not valid
 */
export function bookendFetch(options: BookendFetchOptions): WrapHandler {
  const { bookend, logger = consoleLogger } = options;
  const bodyLimit = positiveInteger("bodyLimit", options.bodyLimit ?? mebibyte);
  const limits = checkLimits(options.limits);
  const exchanges = createExchanges(options);
  bookend.adoptLogger(logger);

  const wrap = (given: string | FetchRoute, handler: CallHandler) => {
    const route = declareRoute(bookend, given, ["readsBody", "pattern"]);
    const { lists, secrets = [], pattern = "", readsBody = true } = route.options;
    if (secrets.length > 0 && pattern === "") {
      throw new ValueError(
        problemMessage("is missing", "the path, with `:name` instead of each secret value", "pattern"),
        "a path",
      );
    }
    return async (request: Request, ...rest: unknown[]) => {
      let sent = request;
      let passed = rest;
      let sources: (FetchSources & ParameterSources) | undefined;
      let answer: FetchAnswer | undefined;
      const path = new URL(request.url).pathname;
      const left = await exchanges.run({
        request,
        name: route.name,
        raises: route.raises,
        method: request.method,
        path,
        publicPath: publicPath(path, pattern, secrets),
        headers: Object.fromEntries(request.headers),
        remoteAddress: options.remoteAddress
          ? options.remoteAddress(request, ...rest)
          : remoteAddressOf(request, rest[0]),
        lists,
        async sources() {
          sources ??= {
            ...(await readFetchSources(request, { bodyLimit, limits, readsBody })),
            path: await (options.params ? options.params(request, ...rest) : paramsOf(request, rest)),
          };
          return sources;
        },
        write(changed) {
          if (!sources) return;
          sent = writeFetchRequest(request, sources, changed);
          if (changed.path !== sources.path) passed = withParams(rest, changed.path ?? {});
        },
        async answer(call) {
          answer = await readFetchAnswer(await handler(sent, call, ...passed));
          return answer.response;
        },
        onHangUp: fetchHangUp(request),
        discard() {
          answer?.discard();
          answer = undefined;
        },
        logError: (error, message) => logger.error({ err: error }, message),
      });
      try {
        return answer ? answer.send(left) : toFetchResponse(left);
      } catch (error) {
        logger.error({ err: error }, "an action created a response that cannot be sent");
        return toFetchResponse(unsendable(error));
      }
    };
  };
  return wrap as WrapHandler;
}

function unsendable(error: unknown): CallResponse {
  return { ...defaultErrorResponse(error), status: 500 };
}
