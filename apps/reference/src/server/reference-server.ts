import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { type Bookend, createBookend, type Directories, type Handler } from "@bookend/core";
import { createSessions, type ServerKeys } from "@bookend/mfa";
import { type Config, scriptDirectory, spoolDirectory } from "@bookend/reference-config";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { loadHandlers } from "../handlers/configured-handlers.js";
import { createHandlers } from "../handlers/handlers.js";
import { clientOf } from "../http/client-of.js";
import { createApp } from "../http/create-app.js";
import { eventDescriptions } from "../http/event-descriptions.js";
import type { RateCounts } from "../http/rate-counts.js";
import { apiRoutes } from "../http/routes/api-routes.js";
import { listenForReceipts } from "../services/listen-for-receipts.js";
import { createMetrics, type ServerMetrics } from "../services/metrics.js";
import { createReadiness } from "../services/readiness.js";
import { openServices, originOf, type Services } from "../services/services.js";

/** A running server. */
export interface ReferenceServer extends PreparedServer {
  /** URL at which the server listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** Options of {@link startServer}. */
export interface ServerOptions {
  readonly config: Config;
  readonly secrets: ServerKeys;
  readonly logger: Logger;
  readonly clock?: (() => Date) | undefined;
  /** Handlers in addition to those of this server. */
  readonly handlers?: readonly Handler[] | undefined;
  /** Directories to use instead of those of this server. */
  readonly directories?: Directories | undefined;
  /** Path of a route, added by `extend`, that lists sent messages. The web UI shows them. @default no such page */
  readonly outboxPath?: string | undefined;
  /** What a worker shares with the other workers of its server. @default this process is the only one */
  readonly worker?: WorkerParts | undefined;
  /** Adds routes before the server listens. */
  readonly extend?: ((app: FastifyInstance, services: Services) => void) | undefined;
}

/** The parts that the workers of a server share. */
export interface WorkerParts {
  readonly rateCounts: RateCounts;
  /** Offers the metrics of this worker to the others, and returns a registry with the metrics of all workers. */
  shareMetrics(own: Registry): Pick<Registry, "contentType" | "metrics">;
}

/** A server that is not listening yet. */
export interface PreparedServer extends Services {
  readonly bookend: Bookend;
  /** Listens and resolves to the URL. Fails with Node's `EADDRINUSE` if the port is taken. */
  listen(): Promise<string>;
}

/**
 * Creates the directories of a server, prepares the server and listens. `close` waits for running calls. Fails with
 * Node's `EADDRINUSE` if the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<ReferenceServer> {
  const { config } = options;
  for (const directory of [config.dataDirectory, spoolDirectory(config), scriptDirectory(config)]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  }
  const server = await prepareServer(options);
  try {
    return { ...server, url: await server.listen() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Opens the database and creates the server, without creating directories and without listening. */
export async function prepareServer(options: ServerOptions): Promise<PreparedServer> {
  const { config, secrets, logger, clock } = options;
  const services = await openServices({ config, secrets, logger, clock });
  const { domain, store } = services;
  const { host, port } = config;
  const directories = { ...domain.directories, counters: store.counters, ...options.directories };
  let bookend: Bookend | undefined;
  let metrics: ServerMetrics | undefined;
  try {
    metrics = createMetrics(config, {
      outbox: services.outbox,
      lastCheckpoint: () => store.audit.lastCheckpoint(),
    });
    const own = [...createHandlers(services, config, logger), ...(options.handlers ?? [])];
    const configured = await loadHandlers(
      config,
      own.map(({ id }) => id),
    );
    bookend = createBookend({
      handlers: [...own, ...configured.map(({ handler }) => handler)],
      bindings: store.bindings,
      directories,
      audit: { sink: store.audit, required: config.audit.required },
      outbox: services.outbox,
      recorder: services.calls,
      // the uploaded file of a token import contains the secret keys of the tokens
      secretParameters: ["file"],
      url: config.publicUrl ?? originOf(host, port),
      logger,
      development: config.development,
      ...(clock && { clock }),
    });
    bookend.declareEvents(eventDescriptions);
    await bookend.ready();
    return { ...services, bookend, ...(await createHttp({ bookend, services, directories, metrics }, options)) };
  } catch (error) {
    bookend?.close();
    metrics?.close();
    await services.close();
    throw error;
  }
}

/** The dependencies of the HTTP server. */
interface HttpParts {
  readonly bookend: Bookend;
  readonly services: Services;
  readonly directories: Directories;
  readonly metrics: ServerMetrics | undefined;
}

async function createHttp(
  { bookend, services, directories, metrics }: HttpParts,
  { config, secrets, logger, outboxPath, worker, extend }: ServerOptions,
): Promise<Pick<PreparedServer, "listen" | "close">> {
  const { domain, store } = services;
  const { host, port } = config;
  let bound = port;
  const sessions = createSessions({
    key: secrets.jwtKey,
    lifetime: config.auth.lifetime,
    users: domain.users,
    admins: domain.admins,
  });
  const app = await createApp({
    audit: store.audit,
    bookend,
    directories,
    routes: apiRoutes({
      ...services,
      sessions,
      serverUrl: () => config.publicUrl ?? originOf(host, bound),
      readOnlyAdministrators: config.administrators.readOnly,
    }),
    sessions,
    users: domain.users,
    objects: domain,
    readOnlyAdministrators: config.administrators.readOnly,
    outbox: services.outbox,
    calls: services.calls,
    readiness: createReadiness({ store, bindings: () => bookend.status().state, auditRequired: config.audit.required }),
    trustedProxies: config.trustedProxies,
    clientOf: clientOf(config.overrideAuthorizationClient, domain.settings),
    rateLimit: config.rateLimit,
    rateCounts: worker?.rateCounts,
    timeouts: config.timeouts,
    metrics: metrics && worker ? { ...metrics, registry: worker.shareMetrics(metrics.registry) } : metrics,
    outboxPath,
    logger,
  });
  extend?.(app, services);
  await app.ready();
  return {
    async listen() {
      await app.listen({ host, port });
      await services.outbox.start({ concurrency: config.outbox.concurrency });
      await listenForReceipts(services, logger);
      bound = (app.server.address() as AddressInfo).port;
      return originOf(host, bound);
    },
    async close() {
      await app.close();
      bookend.close();
      metrics?.close();
      await services.close();
    },
  };
}
