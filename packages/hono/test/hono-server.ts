import type { AddressInfo } from "node:net";
import type { HandlerAnswer, StartAdapterServer } from "@bookend/conformance/adapter";
import { type Call, silentLogger } from "@bookend/core";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { validator } from "hono/validator";
import { bookendHono } from "../src/index.js";

/** Starts Hono on Node.js. */
export const startHonoServer: StartAdapterServer = async ({ bookend, routes, callbacks, bodyLimit, outerHeaders }) => {
  const { authorize, ...others } = callbacks;
  const event = bookendHono({
    bookend,
    bodyLimit,
    logger: silentLogger,
    ...others,
    ...(authorize && { authorize: (call: Call) => authorize(call) }),
  });
  const app = new Hono();
  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(outerHeaders)) context.header(name, value);
    await next();
  });
  for (const { method, path, isValid, handle, ...route } of routes) {
    const validate = validator("json", (body) => {
      if (isValid && !isValid(body)) throw Object.assign(new Error("body: is not valid."), { statusCode: 400 });
      return body;
    });
    app.on(method, path, event(route), validate, async (context) =>
      answer(
        await handle({
          call: context.var.call,
          body: await bodyOf(context),
          query: context.req.query(),
          params: context.req.param(),
        }),
      ),
    );
  }
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
};

async function bodyOf({ req }: Context): Promise<unknown> {
  const type = req.header("content-type") ?? "";
  if (type.startsWith("application/json")) return req.json();
  return type.startsWith("application/x-www-form-urlencoded") ? req.parseBody() : undefined;
}

function answer({ status = 200, headers = [], json, text, bytes, stream }: HandlerAnswer): Response {
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  if (json !== undefined) return Response.json(json, init);
  return new Response(stream ? ReadableStream.from(stream) : (text ?? bytes ?? null), init);
}
