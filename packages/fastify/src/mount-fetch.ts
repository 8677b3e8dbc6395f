import { toFetchRequest } from "@bookend/adapter-kit";
import type { MaybePromise } from "@bookend/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** A handler of WHATWG requests, such as that of `@bookend/admin`. */
export type FetchHandler = (request: Request, context: FetchContext) => MaybePromise<Response>;

/** The second argument of a WHATWG handler. */
export interface FetchContext {
  readonly request: FastifyRequest;
}

/** How a WHATWG handler is mounted. */
export interface MountFetchOptions {
  /** Largest body in bytes; a larger one is answered with 413. Default 1 MiB. */
  readonly bodyLimit?: number | undefined;
  /** Scheme, host and port of `request.url`; never taken from the request. Default `http://localhost`. */
  readonly origin?: string | undefined;
  /** The name of its calls in `onCall`, as in a route's configuration. Default: they are left out. */
  readonly audit?: string | ((request: FastifyRequest) => string | undefined) | undefined;
}

const mebibyte = 1024 * 1024;

/** Answers everything at and below `prefix` by a WHATWG handler, which gets the body unread. */
export function mountFetch(
  app: FastifyInstance,
  prefix: string,
  handler: FetchHandler,
  { bodyLimit = mebibyte, origin = "http://localhost", audit }: MountFetchOptions = {},
): void {
  const answer = async (request: FastifyRequest) => {
    const response = await handler(toFetchRequest(request, origin), { request });
    return request.method === "HEAD" ? withoutBody(response) : response;
  };
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    const base = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
    for (const url of [base || "/", `${base}/*`]) {
      scope.route({
        method: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        url,
        bodyLimit,
        // Fastify's own fails for a response that has no body, which is how web handlers answer HEAD
        exposeHeadRoute: false,
        ...(audit !== undefined && { config: { audit } }),
        handler: answer,
      });
    }
    done();
  });
}

/** The response to a HEAD request; a body that a handler made all the same is not read. */
async function withoutBody({ status, statusText, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, statusText, headers });
}
