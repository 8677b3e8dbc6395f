import type { FastifyInstance } from "fastify";
import type { Readiness } from "../services/readiness.js";

/** Operators open these in a browser, and they hold nothing of a caller's: they are shown, not saved as a file. */
const shown = { "content-disposition": "inline" } as const;

/** Adds `GET /healthz` (the process responds) and `GET /readyz` (it can do its work: 200, otherwise 503). No login is required. */
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
