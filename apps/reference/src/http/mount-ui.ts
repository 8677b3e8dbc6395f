import { toFetchRequest } from "@bookend/adapter-kit";
import { createAdminUi } from "@bookend/admin-ui";
import type { FastifyInstance } from "fastify";

/** Path of the web UI. */
export const uiPath = "/ui";

/** Adds the web UI, before `bookendPlugin`. Its pages contain no data: anyone may load them, and the management API checks who is signed in. */
export function mountUi(app: FastifyInstance, outboxPath?: string | undefined): void {
  const ui = createAdminUi({
    basePath: uiPath,
    apiPath: "/event",
    login: { type: "token", url: "/auth", realm: true },
    outboxPath,
  });
  for (const url of [uiPath, `${uiPath}/*`]) {
    app.get(url, (request) => ui.fetch(toFetchRequest(request, "http://localhost")));
  }
}
