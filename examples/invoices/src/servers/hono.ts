import { createServer } from "node:http";
import { bookendHono } from "@bookend/hono";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { actorOf, callOptions } from "../events.js";
import { listen, type RunningServer, type ServerParts } from "./running-server.js";

/** Starts the invoices API in Hono. */
export function startHono({ bookend, invoices }: ServerParts): Promise<RunningServer> {
  const app = new Hono();
  const event = bookendHono({
    bookend,
    ...callOptions(invoices),
    actor: ({ req }) => actorOf(invoices.authenticate(req.header("authorization"))),
  });
  app.post("/invoices", event("invoice_create"), async (c) => c.json(invoices.create(await c.req.json()), 201));
  app.post("/invoices/:number/payment", event("invoice_pay"), (c) => c.json(invoices.pay(c.req.param("number"))));
  return listen(createServer(getRequestListener(app.fetch)));
}
