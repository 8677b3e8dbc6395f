import type { Bookend, Call } from "@bookend/core";
import { Hono } from "hono";
import { expectTypeOf, test } from "vitest";
import { bookendHono } from "./index.js";

declare const bookend: Bookend;

test("handlers after the middleware have the call, and the parameters of their path", () => {
  const event = bookendHono({ bookend });
  new Hono().get("/x/:id", event("x"), (c) => {
    expectTypeOf(c.var.call).toEqualTypeOf<Call>();
    expectTypeOf(c.req.param("id")).toEqualTypeOf<string>();
    return c.text("");
  });
  // @ts-expect-error: an event is named by a string
  event({ event: 1 });
});
