import { toFetchRequest } from "@bookend/adapter-kit";
import type { MaybePromise } from "@bookend/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** A handler of WHATWG requests, such as that of `@bookend/admin`. */
export type FetchHandler = (request: Request, context: FetchContext) => MaybePromise<Response>;

/** The second argument of a WHATWG handler. */
export interface FetchContext {
  readonly request: FastifyRequest;
}

/** Options for mounting a WHATWG handler. */
export interface MountFetchOptions {
  /** Maximum size of a body in bytes; a larger one is refused with 413. @default 1 MiB */
  readonly bodyLimit?: number | undefined;
  /** Scheme, host and port of `request.url`; never taken from the request. @default `http://localhost` */
  readonly origin?: string | undefined;
  /**
   * The name of the handler's calls in `onCall` and in the audit log, as in a route's configuration. @default the calls
   * appear in neither
   */
  readonly audit?: string | ((request: FastifyRequest) => string | undefined) | undefined;
}

const mebibyte = 1024 * 1024;

/** Serves everything at and below `prefix` with a WHATWG handler, which receives the body unparsed. */
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
        // Fastify's default fails for a response without a body, which is how WHATWG handlers respond to HEAD
        exposeHeadRoute: false,
        ...(audit !== undefined && { config: { audit } }),
        handler: answer,
      });
    }
    done();
  });
}

/** Returns the response to a HEAD request; if a handler created a body anyway, the body is not read. */
async function withoutBody({ status, statusText, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, statusText, headers });
}
