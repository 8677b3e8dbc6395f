import type { AddressInfo } from "node:net";
import { type Bookend, createBookend, type Directories, type Handler } from "@bookend/core";
import { createSessions, type ServerKeys } from "@bookend/mfa";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import { createHandlers } from "../handlers/handlers.js";
import { createApp } from "../http/create-app.js";
import { eventDescriptions } from "../http/event-descriptions.js";
import { apiRoutes } from "../http/routes/api-routes.js";
import { createReadiness } from "../services/readiness.js";
import { openServices, originOf, type Services } from "../services/services.js";

/** A server that listens. */
export interface ReferenceServer extends Services {
  readonly bookend: Bookend;
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** What `startServer` is given. */
export interface ServerOptions {
  readonly config: Config;
  readonly secrets: ServerKeys;
  readonly logger: Logger;
  readonly clock?: (() => Date) | undefined;
  /** Handlers besides those of this server. */
  readonly handlers?: readonly Handler[] | undefined;
  /** In place of the server's own. */
  readonly directories?: Directories | undefined;
  /** Adds routes of its own, before the server listens. */
  readonly extend?: ((app: FastifyInstance, services: Services) => void) | undefined;
}

/** Opens everything and listens. `close` lets running calls finish. Rejects with `EADDRINUSE` if the port is taken. */
export async function startServer(options: ServerOptions): Promise<ReferenceServer> {
  const { config, secrets, logger, clock, extend } = options;
  const services = await openServices({ config, secrets, logger, clock });
  const { domain, store } = services;
  const { host, port } = config;
  const directories = { ...domain.directories, counters: store.counters, ...options.directories };
  const bookend = createBookend({
    handlers: [...createHandlers(services, config, logger), ...(options.handlers ?? [])],
    bindings: store.bindings,
    directories,
    audit: { sink: store.audit, required: config.audit.required },
    url: config.publicUrl ?? originOf(host, port),
    logger,
    ...(clock && { clock }),
  });
  bookend.declareEvents(eventDescriptions);
  let bound = port;
  try {
    await bookend.ready();
    const sessions = createSessions({
      key: secrets.jwtKey,
      lifetime: config.auth.lifetime,
      users: domain.users,
      admins: domain.admins,
    });
    const app = await createApp({
      bookend,
      directories,
      routes: apiRoutes({ ...services, sessions, serverUrl: () => config.publicUrl ?? originOf(host, bound) }),
      sessions,
      users: domain.users,
      objects: domain,
      readiness: createReadiness({
        store,
        bindings: () => bookend.status().state,
        auditRequired: config.audit.required,
      }),
      trustedProxies: config.trustedProxies,
      rateLimit: config.rateLimit,
      timeouts: config.timeouts,
      logger,
    });
    extend?.(app, services);
    await app.listen({ host, port });
    bound = (app.server.address() as AddressInfo).port;
    return {
      ...services,
      bookend,
      url: originOf(host, bound),
      async close() {
        await app.close();
        bookend.close();
        await services.close();
      },
    };
  } catch (error) {
    bookend.close();
    await services.close();
    throw error;
  }
}
