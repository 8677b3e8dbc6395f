import type { FastifyInstance } from "fastify";
import type { Readiness } from "../services/readiness.js";

/**
 * Lets browsers display these responses, unlike all other JSON, which they download: operators open them in a browser,
 * and they contain no data of callers.
 */
const shown = { "content-disposition": "inline" } as const;

/**
 * Adds `GET /healthz` (the process responds) and `GET /readyz` (200 if the server can do its work, otherwise 503). No
 * login is required.
 */
export function mountHealth(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get("/healthz", (_request, reply) => reply.headers(shown).send({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const found = await readiness();
    return reply
      .code(found.ready ? 200 : 503)
      .headers(shown)
      .send(found);
  });
}
