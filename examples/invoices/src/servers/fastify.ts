import { bookendPlugin } from "@bookend/fastify";
import Fastify from "fastify";
import { actorOf, callOptions } from "../events.js";
import type { RunningServer, ServerParts } from "./running-server.js";

/** Starts the invoices API in Fastify. */
export async function startFastify({ bookend, invoices }: ServerParts): Promise<RunningServer> {
  const app = Fastify({ forceCloseConnections: true });
  await app.register(bookendPlugin, {
    bookend,
    ...callOptions(invoices),
    actor: ({ headers }) => actorOf(invoices.authenticate(headers.authorization)),
  });
  app.post("/invoices", { config: { event: "invoice_create" } }, (request, reply) =>
    reply.code(201).send(invoices.create(request.body)),
  );
  app.post("/invoices/:number/payment", { config: { event: "invoice_pay" } }, (request) =>
    invoices.pay(String(request.call.request.parameters.number)),
  );
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, stop: () => app.close() };
}
