import { readFileSync } from "node:fs";
import type { DurableOutbox } from "@bookend/core";
import { notFoundError } from "@bookend/mfa";
import type { FastifyInstance } from "fastify";
import { addHookRoutes } from "./hook-receiver.js";
import type { MailSink } from "./mail-sink.js";
import type { SmsCentre } from "./sms-centre.js";

const assets = new URL("../assets/", import.meta.url);

const files = {
  "/demo": ["index.html", "text/html; charset=utf-8"],
  "/demo/outbox.css": ["outbox.css", "text/css; charset=utf-8"],
  "/demo/outbox.js": ["outbox.js", "text/javascript; charset=utf-8"],
} as const;

/**
 * Allows only scripts of this server, and no resources from elsewhere, since the page shows messages whose content is
 * not trusted.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** Maximum number of deliveries that the page shows. */
const shownDeliveries = 50;

/** The objects that record what the demo sent. */
export interface SentThings {
  readonly mails: MailSink;
  readonly sms: SmsCentre;
  readonly outbox: Pick<DurableOutbox, "list" | "get">;
}

/**
 * Shows everything that the demo sent: as a page at `/demo`, as JSON at `/demo/mails`, `/demo/sms`, `/demo/hooks` and
 * `/demo/deliveries`. `/demo/smtp/stop` and `/demo/smtp/start` show what happens when the mail server is down. No login
 * is required.
 */
export function addOutboxRoutes(app: FastifyInstance, { mails, sms, outbox }: SentThings): void {
  for (const [url, [file, type]] of Object.entries(files)) {
    const content = readFileSync(new URL(file, assets));
    app.get(url, (_request, reply) =>
      reply
        .type(type)
        .header("content-security-policy", pagePolicy)
        .header("x-content-type-options", "nosniff")
        .send(content),
    );
  }
  app.get("/", (_request, reply) => reply.redirect("/demo"));
  app.get("/demo/mails", () => mails.list());
  app.get("/demo/sms", () => sms.list());
  app.get("/demo/deliveries", async () => {
    const { deliveries } = await outbox.list({}, { size: shownDeliveries });
    const found = await Promise.all(deliveries.map(({ id }) => outbox.get(id)));
    // the page reads `at` and `text` to find out whether something has changed
    return found.flatMap((one) =>
      one
        ? [
            {
              ...one.delivery,
              attempts: one.attempts,
              at: one.delivery.created,
              text: `${one.delivery.state} ${one.attempts.length}`,
            },
          ]
        : [],
    );
  });
  app.get("/demo/smtp", () => ({ running: mails.running }));
  app.post("/demo/smtp/stop", async () => {
    await mails.stop();
    return { running: mails.running };
  });
  app.post("/demo/smtp/start", async () => {
    await mails.start();
    return { running: mails.running };
  });
  addHookRoutes(app);
  app.get<{ Params: { id: string; index: string } }>("/demo/mails/:id/attachments/:index", (request, reply) => {
    const [id, index] = [Number(request.params.id), Number(request.params.index)];
    const content = mails.attachment(id, index);
    const type = mails.list().find((mail) => mail.id === id)?.attachments[index]?.contentType;
    if (!content || !type) throw notFoundError("There is no such attachment.");
    const shown = type === "image/png";
    return reply
      .type(shown ? type : "application/octet-stream")
      .header("content-disposition", shown ? "inline" : "attachment")
      .header("content-security-policy", "sandbox; default-src 'none'")
      .header("x-content-type-options", "nosniff")
      .send(content);
  });
}
