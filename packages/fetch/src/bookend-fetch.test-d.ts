import type { Bookend, Call } from "@bookend/core";
import { expectTypeOf, test } from "vitest";
import { bookendFetch } from "./index.js";

declare const bookend: Bookend;

/** A request of a framework with its own class, such as Next.js. */
class NextRequest extends Request {
  readonly nextUrl = new URL(this.url);
}

test("a wrapped handler takes the server's arguments, but not the call", () => {
  const route = bookendFetch({ bookend });
  const plain = route("x", (request, call) => {
    expectTypeOf(request).toEqualTypeOf<Request>();
    expectTypeOf(call).toEqualTypeOf<Call>();
    return new Response();
  });
  expectTypeOf(plain).toEqualTypeOf<(request: Request) => Promise<Response>>();
  const next = route("x", async (request: NextRequest, _call, { params }: { params: Promise<{ id: string }> }) => {
    return Response.json([request.nextUrl.href, (await params).id]);
  });
  expectTypeOf(next).toEqualTypeOf<
    (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response>
  >();
});

test("mistakes do not compile", () => {
  const route = bookendFetch({ bookend });
  // @ts-expect-error: a handler returns a response
  route("x", () => ({ ok: true }));
  // @ts-expect-error: an event is named by a string
  route({ event: 1 }, () => new Response());
});
