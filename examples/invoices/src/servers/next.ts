import { createServer } from "node:http";
import { bookendFetch } from "@bookend/fetch";
import { getRequestListener } from "@hono/node-server";
import { actorOf, callOptions } from "../events.js";
import { listen, type RunningServer, type ServerParts } from "./running-server.js";

/** The second argument that Next.js passes to a route handler. */
interface RouteContext {
  readonly params: Promise<{ readonly number: string }>;
}

/** Returns the route handlers of the invoices API, as the files `route.ts` of a Next.js app export them. */
export function routeHandlers({ bookend, invoices }: ServerParts) {
  const route = bookendFetch({
    bookend,
    ...callOptions(invoices),
    actor: ({ headers }) => actorOf(invoices.authenticate(headers.get("authorization"))),
    // Next.js does not tell route handlers the client's address; requests come from its own server on this machine
    remoteAddress: () => "127.0.0.1",
  });
  return {
    /** `POST` of app/invoices/route.ts */
    createInvoice: route("invoice_create", async (request) =>
      Response.json(invoices.create(await request.json()), { status: 201 }),
    ),
    /** `POST` of app/invoices/[number]/payment/route.ts */
    payInvoice: route("invoice_pay", async (_request, _call, { params }: RouteContext) =>
      Response.json(invoices.pay((await params).number)),
    ),
  };
}

/** Starts a server that finds the route handler for a path, as Next.js does. */
export function startNext(parts: ServerParts): Promise<RunningServer> {
  const { createInvoice, payInvoice } = routeHandlers(parts);
  const fetch = (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/invoices") return createInvoice(request);
    const [, number] = /^\/invoices\/([^/]+)\/payment$/.exec(pathname) ?? [];
    if (number === undefined) return new Response(null, { status: 404 });
    return payInvoice(request, { params: Promise.resolve({ number }) });
  };
  return listen(createServer(getRequestListener(fetch)));
}
