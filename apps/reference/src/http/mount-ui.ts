import { createAdminUi } from "@bookend/admin-ui";
import { mountFetch } from "@bookend/fastify";
import type { FastifyInstance } from "fastify";

/** Path of the web UI. */
export const uiPath = "/ui";

/**
 * Adds the web UI. Call it before `bookendPlugin` is registered, which would require a login: anyone may load the pages,
 * since they contain no data. The management API, from which they load the data, requires a login.
 */
export function mountUi(app: FastifyInstance, outboxPath?: string | undefined): void {
  const ui = createAdminUi({
    basePath: uiPath,
    apiPath: "/event",
    login: { type: "token", url: "/auth", realm: true },
    outboxPath,
  });
  mountFetch(app, uiPath, ui.fetch);
}
