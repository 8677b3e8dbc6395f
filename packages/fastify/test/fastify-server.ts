import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { AdapterRoute, HandlerAnswer, StartAdapterServer } from "@bookend/conformance/adapter";
import type { Call } from "@bookend/core";
import Fastify, { type FastifyReply, type RouteHandlerMethod } from "fastify";
import { bookendPlugin } from "../src/index.js";

/** Starts a Fastify server. */
export const startFastifyServer: StartAdapterServer = async (options) => {
  const { bookend, routes, callbacks, bodyLimit, outerHeaders } = options;
  const { authorize, ...others } = callbacks;
  const app = Fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: true });
  app.addHook("onRequest", async (_request, reply) => void reply.headers(outerHeaders));
  await app.register(bookendPlugin, {
    bookend,
    ...others,
    ...(authorize && { authorize: (call: Call) => authorize(call) }),
  });
  for (const route of routes) {
    const { method, path: url, isValid, event, audit, lists, secrets } = route;
    app.route({
      method,
      url,
      config: {
        ...(event !== undefined && { event }),
        ...(audit !== undefined && { audit }),
        ...(lists && { lists }),
        ...(secrets && { secrets }),
      },
      ...(isValid && {
        schema: { body: { type: "object" } },
        validatorCompiler: () => (body: unknown) => isValid(body) || { error: new Error("body: is not valid.") },
      }),
      handler: serve(route),
    });
  }
  await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    stop: () => app.close(),
  };
};

function serve({ handle }: AdapterRoute): RouteHandlerMethod {
  return async ({ call, body, query, params }, reply) =>
    answer(reply, await handle({ call, body, query: query as object as never, params: params as object as never }));
}

function answer(reply: FastifyReply, { status = 200, headers = [], json, text, bytes, stream }: HandlerAnswer) {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  return reply.send(json ?? text ?? (bytes && Buffer.from(bytes)) ?? (stream && Readable.from(stream)));
}
