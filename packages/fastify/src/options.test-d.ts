import type { Call } from "@bookend/core";
import Fastify from "fastify";
import { expectTypeOf, test } from "vitest";
import "./options.js";

test("a route names its event, and its handler has the call", () => {
  const app = Fastify();
  app.get("/x", { config: { event: "x" } }, (request) => {
    expectTypeOf(request.call).toEqualTypeOf<Call>();
    expectTypeOf(request.call.request.parameters).toEqualTypeOf<Record<string, unknown>>();
    // @ts-expect-error: only the adapter can set the call of a request
    request.call = undefined;
  });
  // @ts-expect-error: an event is named by a string
  app.get("/y", { config: { event: 1 } }, () => ({}));
  app.get("/z", { config: { audit: ({ method }) => (method === "GET" ? undefined : "z") } }, () => ({}));
});
