import { type Call, createBookend, memoryAudit, memoryBindings, silentLogger } from "@bookend/core";
import { describe, expect, test } from "vitest";
import { type BookendFetchOptions, bookendFetch } from "./index.js";

/** A request of a framework with its own class, such as Next.js. */
class NextRequest extends Request {
  readonly nextUrl = new URL(this.url);
}

function made(options: Partial<BookendFetchOptions> = {}) {
  const audit = memoryAudit();
  const bookend = createBookend({ handlers: [], bindings: memoryBindings(), audit });
  return { bookend, audit, route: bookendFetch({ bookend, logger: silentLogger, ...options }) };
}

const post = (body: string, type = "application/json") =>
  new NextRequest("http://localhost/x?q=1", { method: "POST", body, headers: { "content-type": type } });

const parameters = (_request: Request, call: Call) => Response.json(call.request.parameters);

describe("bookendFetch", () => {
  test.each<[string, () => unknown, string]>([
    ["an unknown option of a route", () => made().route({ event: "x", lits: ["a"] } as object, parameters), '"lits"'],
    ["a route without a name", () => made().route({}, parameters), "does not name an event"],
    ["secrets without a pattern", () => made().route({ event: "x", secrets: ["otp"] }, parameters), "pattern"],
    ["an invalid limit", () => made({ bodyLimit: 0 }), 'bodyLimit: "0"'],
    ["an invalid time", () => made({ hangUpTimeoutMs: -1 }), 'hangUpTimeoutMs: "-1"'],
    ["an invalid network", () => made({ trustedProxies: ["10.0.0.0/40"] }), '"10.0.0.0/40"'],
  ])("refuses %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });

  test("declares the events of its routes", () => {
    const { bookend, route } = made();
    route("invoice_create", parameters);
    expect([...bookend.events]).toEqual(["invoice_create"]);
  });

  test("passes the unread original request to the handler if no action changed it", async () => {
    const request = post('{"a":1}');
    const seen: unknown[] = [];
    await made().route("x", async (given: NextRequest) => {
      seen.push(given, given.nextUrl.search, await given.text());
      return new Response();
    })(request);
    expect(seen).toEqual([request, "?q=1", '{"a":1}']);
  });

  test.each<[string, readonly unknown[], object]>([
    ["of Next.js", [{ params: Promise.resolve({ id: "7" }) }], { id: "7" }],
    ["of a router with synchronous parameters", [{ params: { id: "7" } }], { id: "7" }],
    ["of a server without parameters", [{}], {}],
    ["of a server that passes only the request", [], {}],
  ])("reads the parameters of the path %s", async (_name, rest, expected) => {
    const handler = made().route("x", (request, call, ..._rest: unknown[]) => parameters(request, call));
    expect(await (await handler(new Request("http://localhost/x"), ...rest)).json()).toEqual(expected);
  });

  test("uses the path parameters and the client address that the host provides", async () => {
    const { audit, route } = made({ params: () => ({ id: "8" }), remoteAddress: () => "192.0.2.1" });
    const response = await route("x", parameters)(new Request("http://localhost/x"));
    expect([await response.json(), audit.calls[0]?.clientIp]).toEqual([{ id: "8" }, "192.0.2.1"]);
  });

  test("leaves a body unread if the route says so, and takes parameters only from the query", async () => {
    const handler = made().route({ event: "x", readsBody: false }, async (request, call) =>
      Response.json([{ ...call.request.parameters }, await request.text()]),
    );
    expect(await (await handler(post('{"a":'))).json()).toEqual([{ q: "1" }, '{"a":']);
  });

  test.each([
    ["text/plain", "a=1"],
    ["application/octet-stream", "\u0000"],
  ])("leaves a body of the type %s to the handler", async (type, body) => {
    const handler = made().route("x", async (request) => new Response(await request.text()));
    expect(await (await handler(post(body, type))).text()).toBe(body);
  });

  test("passes on a JSON response that is too long to inspect, without reading it", async () => {
    const long = JSON.stringify("x".repeat(9 * 1024 * 1024));
    const seen: unknown[] = [];
    const { route } = made({ onCall: ({ response }) => void seen.push(response.body instanceof ReadableStream) });
    const handler = route("x", () => new Response(long, { headers: { "content-type": "application/json" } }));
    expect((await (await handler(post("{}"))).text()) === long).toBe(true);
    expect(seen).toEqual([true]);
  });

  test("sends JSON as the handler wrote it", async () => {
    const written = '{ "b": 1,\n  "a": 1.0 }';
    const handler = made().route("x", () => new Response(written, { headers: { "content-type": "application/json" } }));
    expect(await (await handler(post("{}"))).text()).toBe(written);
  });
});
