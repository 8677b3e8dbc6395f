import { createAdminUi } from "@bookend/admin-ui";
import { mountFetch } from "@bookend/fastify";
import type { FastifyInstance } from "fastify";

/** Path of the web UI. */
export const uiPath = "/ui";

/**
 * Adds the web UI, before `bookendPlugin`. Anyone may load its pages, since they do not contain data. The management
 * API checks who is signed in.
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
