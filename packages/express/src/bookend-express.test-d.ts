import type { Bookend, Call } from "@bookend/core";
import express from "express";
import { expectTypeOf, test } from "vitest";
import { bookendExpress } from "./index.js";

declare const bookend: Bookend;

test("handlers have the call and Express's types", () => {
  const event = bookendExpress({ bookend });
  express().get(
    "/x/:id",
    event("x", (request, response, next) => {
      expectTypeOf(request.call).toEqualTypeOf<Call>();
      expectTypeOf(response.json).toBeFunction();
      expectTypeOf(next).toEqualTypeOf<express.NextFunction>();
      // @ts-expect-error: the call of a request is the adapter's to set
      request.call = undefined;
    }),
  );
  // @ts-expect-error: an event is named by a string
  event({ event: 1 }, (_request, response) => void response.end());
});
