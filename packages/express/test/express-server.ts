import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import type { AdapterRoute, HandlerAnswer, StartAdapterServer } from "@bookend/conformance/adapter";
import { type Call, silentLogger } from "@bookend/core";
import type express from "express";
import { bookendExpress } from "../src/index.js";

/** Starts a server with a given version of Express. */
export function startExpress(version: typeof express): StartAdapterServer {
  return async ({ bookend, routes, callbacks, bodyLimit, outerHeaders }) => {
    const { authorize, ...others } = callbacks;
    const event = bookendExpress({
      bookend,
      logger: silentLogger,
      ...others,
      ...(authorize && { authorize: (call: Call) => authorize(call) }),
    });
    const app = version();
    app.use((_request, response, next) => {
      response.set(outerHeaders);
      next();
    });
    app.use(version.json({ limit: bodyLimit }), version.urlencoded({ limit: bodyLimit, extended: false }));
    for (const route of routes) {
      const { method, path, isValid, handle: _, ...options } = route;
      const name = method.toLowerCase() as "get" | "post" | "options";
      app[name](path, event(options, validate(isValid), serve(route)));
    }
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stop: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  };
}

function validate(isValid: AdapterRoute["isValid"]): express.RequestHandler {
  return (request, _response, next) => {
    next(
      isValid && !isValid(request.body) ? Object.assign(new Error("body: is not valid."), { status: 400 }) : undefined,
    );
  };
}

function serve({ handle }: AdapterRoute): express.RequestHandler {
  return async (request, response) => {
    const { call, body, query, params } = request;
    answer(response, await handle({ call, body, query, params }));
  };
}

function answer(response: express.Response, { status = 200, headers = [], json, text, bytes, stream }: HandlerAnswer) {
  response.status(status);
  for (const [name, value] of headers) response.append(name, value);
  if (json !== undefined) response.json(json);
  else if (stream) pipeline(Readable.from(stream), response, () => undefined);
  else if (text !== undefined) response.type("text/plain").send(text);
  else if (bytes) response.send(Buffer.from(bytes));
  else response.end();
}
