import { createServer } from "node:http";
import { bookendExpress } from "@bookend/express";
import express from "express";
import { actorOf, callOptions } from "../events.js";
import { listen, type RunningServer, type ServerParts } from "./running-server.js";

/** Starts the invoices API in Express. */
export function startExpress({ bookend, invoices }: ServerParts): Promise<RunningServer> {
  const app = express();
  const event = bookendExpress({
    bookend,
    ...callOptions(invoices),
    actor: ({ headers }) => actorOf(invoices.authenticate(headers.authorization)),
  });
  app.use(express.json());
  app.post(
    "/invoices",
    event("invoice_create", (request, response) => void response.status(201).json(invoices.create(request.body))),
  );
  app.post(
    "/invoices/:number/payment",
    event("invoice_pay", (request, response) => void response.json(invoices.pay(String(request.params.number)))),
  );
  return listen(createServer(app));
}
