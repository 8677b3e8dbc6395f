import { type AuditReader, type CallReader, createAdmin, type ExplainedParameters } from "@bookend/admin";
import type { Actor, Bookend, Directories, DurableOutbox } from "@bookend/core";
import { type BookendPluginOptions, bookendPlugin, type FetchContext, mountFetch } from "@bookend/fastify";
import {
  authorize,
  checkAccess,
  isRefusal,
  normalizeParameters,
  type OwnedObjects,
  type Sessions,
  themselves,
  type UserService,
} from "@bookend/mfa";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Logger } from "pino";
import type { Readiness } from "../services/readiness.js";
import { administratorRoles } from "./administrator-roles.js";
import { ApiError } from "./api-error.js";
import { auditEntryOf } from "./audit-calls.js";
import { acceptBodies } from "./bodies.js";
import { decodeAgain } from "./decode-again.js";
import { version, versionNumber } from "./envelope.js";
import { errorResponse } from "./error-response.js";
import { mountHealth } from "./health.js";
import { inSlices } from "./in-slices.js";
import { missingRoute } from "./left-out.js";
import { type MetricsEndpoint, mountMetrics } from "./metrics.js";
import { apiCallOf, mountRoutes } from "./mount-routes.js";
import { mountUi } from "./mount-ui.js";
import { addProtectiveHeaders } from "./protective-headers.js";
import type { RateCounts } from "./rate-counts.js";
import { limitRates, type RateLimits } from "./rate-limits.js";
import type { Route } from "./route.js";
import { sessionToken } from "./session-token.js";
import { stringifyResponse } from "./written-value.js";

declare module "fastify" {
  interface FastifyRequest {
    /** The actor whose session token was verified; undefined before that, or if nobody is logged in. */
    actor: Actor | undefined;
  }
}

/** The dependencies of the HTTP server. */
export interface AppParts {
  /** The audit log that the management API shows. */
  readonly audit: AuditReader;
  readonly bookend: Bookend;
  readonly routes: readonly Route[];
  readonly sessions: Sessions;
  readonly users: Pick<UserService, "fromParameters">;
  /** Finds tokens and containers with their owners, since users may only act on their own. */
  readonly objects: OwnedObjects;
  readonly directories: Directories;
  readonly trustedProxies: readonly string[];
  /**
   * Returns the address of a call's client; `known` is the address that was derived from the socket and the trusted
   * proxies.
   */
  readonly clientOf: NonNullable<BookendPluginOptions["clientIp"]>;
  readonly rateLimit: RateLimits;
  /** The counts that `rateLimit` applies to. @default counts of this process only */
  readonly rateCounts?: RateCounts | undefined;
  /** Seconds within which a request, or its headers, must arrive. */
  readonly timeouts: { readonly request: number; readonly headers: number };
  /** Returns the response of `/readyz`. */
  readonly readiness: () => Promise<Readiness>;
  /** Metrics for `/metrics`. @default the route does not exist */
  readonly metrics?: MetricsEndpoint | undefined;
  /** Path at which a demo lists the messages that it sent; the web UI shows them on a page. @default no such page */
  readonly outboxPath?: string | undefined;
  readonly outbox: DurableOutbox;
  /** Names of read-only administrators. */
  readonly readOnlyAdministrators: readonly string[];
  /** Recorded calls for the management API. @default the API offers none */
  readonly calls?: CallReader | undefined;
  readonly logger: Logger;
}

/** Path of the management API. */
const managementPath = "/event";

/** Maximum size of an import of bindings in bytes. */
const importLimit = 8 * 1024 * 1024;

/** Creates the HTTP server with its routes, without listening. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const {
    audit,
    bookend,
    calls,
    clientOf,
    directories,
    metrics,
    objects,
    outbox,
    outboxPath,
    readOnlyAdministrators,
    readiness,
    routes,
    sessions,
    users,
    trustedProxies,
    logger,
    rateCounts,
    rateLimit,
    timeouts,
  } = parts;
  const app: FastifyInstance = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
    requestTimeout: timeouts.request * 1000,
    http: { headersTimeout: timeouts.headers * 1000, connectionsCheckingInterval: 1_000 },
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: "idle",
    // for a path that cannot be decoded or has a part that is too long; Fastify's message would contain the path, which
    // may contain an OTP
    frameworkErrors(error, request, reply) {
      const tooLong = error.code === "FST_ERR_MAX_PARAM_LENGTH";
      const refused = new ApiError(905, tooLong ? 414 : 400, `path: is ${tooLong ? "too long" : "not valid"}.`);
      const { status, body } = errorResponse(refused, request as FastifyRequest);
      const answer: FastifyReply = reply as FastifyReply;
      answer.code(status).header("content-type", "application/json; charset=utf-8");
      addProtectiveHeaders(answer);
      answer.send(body);
    },
  });
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onSend", ({ method }, reply, payload, done) => {
    addProtectiveHeaders(reply);
    // an idle keep-alive connection would delay closing
    if (closing) reply.header("connection", "close");
    const setLength = (length: number) => reply.header("content-length", length);
    done(null, method === "HEAD" ? payload : inSlices(payload, setLength));
  });
  app.setReplySerializer(stringifyResponse);
  acceptBodies(app);
  decodeAgain(app);
  limitRates(app, { limits: rateLimit, trustedProxies, counts: rateCounts });
  app.decorateRequest("actor", undefined);

  const actor = async (request: FastifyRequest): Promise<Actor | undefined> => {
    const { access = "admin" } = request.routeOptions.config;
    if (access === "anyone") return undefined;
    const token = sessionToken(request.headers);
    request.actor = token === undefined ? undefined : await sessions.verify(token);
    checkAccess(access, request.actor);
    return request.actor;
  };

  const roles = administratorRoles(readOnlyAdministrators);

  /** Finds the user of a call, both for `bookendPlugin` and for `explain` in the management API. */
  const userOf = ({ parameters, actor }: ExplainedParameters) => themselves(actor) ?? users.fromParameters(parameters);

  const options: BookendPluginOptions = {
    bookend,
    trustedProxies,
    normalize: (parameters, { routeOptions: { config } }) =>
      config.aliases === undefined ? parameters : normalizeParameters(parameters, config),
    actor,
    authorize(call, { method, routeOptions: { config, url = "" } }) {
      // the management API checks the right for each of its operations itself
      const isManagement = url === managementPath || url.startsWith(`${managementPath}/`);
      if (!isManagement) roles.checkCall(call.actor, method, config.event);
      return authorize(config.access ?? "admin", apiCallOf(call), objects);
    },
    isRefusal,
    clientIp: clientOf,
    user: (parameters, { actor }) => userOf({ parameters, actor }),
    errorResponse: (error, request) => errorResponse(error, request, bookend),
    auditEntry: auditEntryOf,
    onCall: ({ request, response, durationMs }) => logCall(logger, request, response.status, durationMs),
  };
  mountHealth(app, readiness);
  if (metrics !== undefined) mountMetrics(app, metrics);
  mountUi(app, outboxPath);
  app.addHook("onRoute", ({ config, method, url }) => {
    if (config?.event === undefined || config.access !== undefined) return;
    throw new Error(`${method} ${url} raises an event but does not define "access", which says who may call it.`);
  });
  await app.register(bookendPlugin, options);
  mountRoutes(app, routes, directories);
  const admin = createAdmin<FetchContext>({
    bookend,
    directories,
    authorize: ({ context, right }) => roles.mayUse(context?.request.actor, right),
    audit,
    actor: ({ context }) => context?.request.actor,
    client: ({ context }) => context?.request.call.request.clientIp,
    user: userOf,
    importLimit,
    outbox,
    calls,
    envelope: { version, versionNumber },
    logger,
  });
  mountFetch(app, managementPath, (request, context) => admin.fetch(request, context), {
    audit: bindingAuditName,
    // the limit of all routes of the management API, which itself has a smaller limit for everything except imports
    bodyLimit: importLimit,
  });

  app.setErrorHandler((error, request, reply) => {
    const { status, headers = {}, body } = errorResponse(error, request, bookend);
    if (status >= 500) logger.error({ err: error }, "a request failed");
    reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = errorResponse(new ApiError(404, 404, missingRoute(request.url)), request);
    reply.code(status).send(body);
  });
  return app;
}

/** Returns the name of a management call in the audit log, such as `POST /event/enable/<id>`. */
function bindingAuditName({ method, url }: FastifyRequest): string {
  const path = url.replace(/[?#].*/s, "").replace(/\/\d+/g, "/<id>");
  const named = path.replace(/(\/deliveries)\/dlv_[^/]*/, "$1/<id>").replace(/(\/destinations)\/[^/]+/, "$1/<name>");
  return `${method} ${named.replace(/(\/calls)\/[^/]+/, "$1/<call>")}`;
}

/** Logs the route of a call instead of its path, which may contain an OTP. */
function logCall(logger: Logger, { method, routeOptions }: FastifyRequest, status: number, durationMs: number): void {
  logger.info({ method, route: routeOptions.url, status, durationMs: Math.round(durationMs * 10) / 10 }, "call");
}
