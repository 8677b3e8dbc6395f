import type { AdapterRoute, AdapterServerOptions, HandlerAnswer, SeenRequest } from "@bookend/conformance/adapter";
import type { Call } from "@bookend/core";
import { bookendFetch } from "../src/index.js";

/** The property from which the remote address can be read: each runtime's server provides a different one. */
export interface ServerInfo {
  /** Provided on Node.js. */
  readonly incoming?: unknown;
  /** Provided by Bun. */
  readonly requestIP?: (request: Request) => { readonly address: string } | null;
  /** Provided by Deno. */
  readonly remoteAddr?: unknown;
}

/** The second argument of a handler: the source of the remote address, and the path parameters, as in Next.js. */
interface Context extends ServerInfo {
  readonly params: Promise<Record<string, string>>;
}

type Handler = (request: Request, context: Context) => Promise<Response>;

/** Returns a handler for all requests of a test's server, which passes each request to the matching route. */
export function routedFetch({
  bookend,
  routes,
  callbacks,
  bodyLimit,
  outerHeaders,
}: AdapterServerOptions): (request: Request, info: ServerInfo) => Promise<Response> {
  const { authorize, ...others } = callbacks;
  const route = bookendFetch({
    bookend,
    bodyLimit,
    ...others,
    ...(authorize && { authorize: (call: Call) => authorize(call) }),
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const handlers = routes.map((one): readonly [AdapterRoute, Handler] => {
    const { event, audit, lists, secrets, path: pattern } = one;
    return [
      one,
      route({ event, audit, lists, secrets, pattern }, (request: Request, call, context: Context) =>
        serve(one, request, call, context),
      ),
    ];
  });
  return async (request, info) => {
    const { pathname } = new URL(request.url);
    for (const [{ method, path }, handler] of handlers) {
      const params = paramsOf(path, pathname);
      if (!params || (request.method === "HEAD" ? "GET" : request.method) !== method) continue;
      const response = await handler(request, { ...info, params: Promise.resolve(params) });
      const headers = new Headers(response.headers);
      for (const [name, value] of Object.entries(outerHeaders)) headers.set(name, value);
      return new Response(response.body, { status: response.status, headers });
    }
    return new Response(null, { status: 404 });
  };
}

async function serve(route: AdapterRoute, request: Request, call: Call, context: Context): Promise<Response> {
  const body = await bodyOf(request);
  if (route.isValid && !route.isValid(body)) throw Object.assign(new Error("body: is not valid."), { statusCode: 400 });
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return responseOf(await route.handle({ call, body, query, params: await context.params } satisfies SeenRequest));
}

async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) return request.json();
  return type.startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(await request.formData())
    : undefined;
}

/** Returns the response of a test's handler as a WHATWG response. */
export function responseOf({ status = 200, headers = [], json, text, bytes, stream }: HandlerAnswer): Response {
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  if (json !== undefined) return Response.json(json, init);
  return new Response(stream ? ReadableStream.from(stream) : (text ?? bytes ?? null), init);
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split("/");
  const values = path.split("/");
  if (names.length !== values.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = decodeURIComponent(values[index] ?? "");
    if (name.startsWith(":")) params[name.slice(1)] = value;
    else if (name !== value) return undefined;
  }
  return params;
}
