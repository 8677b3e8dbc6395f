import { AdapterError, createExchanges, type Exchanges, parseForm } from "@bookend/adapter-kit";
import formbody from "@fastify/formbody";
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyRequest,
  FastifySchema,
  preValidationHookHandler,
  RouteHandlerMethod,
  RouteOptions,
} from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { BookendPluginOptions } from "./options.js";
import { requestState, serve, stateOf } from "./serve.js";

const formType = "application/x-www-form-urlencoded";

/** Marks the configuration of a route that the plugin has processed. */
const seen = Symbol("bookend");

/**
 * Makes every route that names an event in its configuration raise it: `{ config: { event: "token_init" } }`. A Bookend
 * that has no logger uses the server's. Register the plugin with `await` (or declare the routes in separate plugins):
 * it applies to routes that are declared after it.
 *
 * @throws {ValueError} VALUE_INVALID for a bad network in `trustedProxies`, or a bad limit
 */
export const bookendPlugin: FastifyPluginCallback<BookendPluginOptions> = fastifyPlugin(
  (app: FastifyInstance, options: BookendPluginOptions, done: (error?: Error) => void) => {
    try {
      install(app, options);
      done();
    } catch (error) {
      done(error as Error);
    }
  },
  { name: "@bookend/fastify", fastify: "5.x" },
);

function install(app: FastifyInstance, options: BookendPluginOptions): void {
  options.bookend.adoptLogger(app.log);
  const exchanges = createExchanges(options);
  /**
   * Calls that have not ended, including those whose client has hung up. `app.close()` waits for them, since Fastify
   * itself waits only for connections.
   */
  const running = new Set<Promise<void>>();
  app.addHook("onClose", async () => {
    await Promise.allSettled(running);
  });

  if (!app.hasContentTypeParser(formType)) {
    const fields = options.limits?.fields;
    app.register(formbody, { parser: (form) => parseForm(form, fields === undefined ? undefined : { fields }) });
  }

  app.decorateRequest("call", {
    getter(this: FastifyRequest) {
      const call = stateOf(this)?.call;
      if (!call) {
        const { method, url } = this.routeOptions;
        throw new AdapterError(
          "NO_CALL",
          `${method} ${url} has no call: only routes with an event or an audit name have calls, after their preValidation hooks.`,
          500,
        );
      }
      return call;
    },
  });
  app.decorateRequest(requestState, undefined);

  app.addHook("onRoute", (route: RouteOptions) => {
    const { event, audit } = route.config ?? {};
    if (event === undefined && audit === undefined) return;
    if (event !== undefined) options.bookend.declareEvents([event]);
    // copied, since a HEAD route that Fastify adds by itself shares the configuration of its GET route, but not the
    // handler
    route.config = Object.assign({ ...route.config }, { [seen]: true });
    // the last of these hooks, since a host may authenticate in earlier ones
    route.preValidation = [route.preValidation ?? [], enter(exchanges, running, event, audit)].flat();
    route.handler = inExchange(route.handler);
    route.errorHandler = failExchange(route.errorHandler);
  });

  app.addHook("onRequest", (request, _reply, done) => {
    const { config, method, url } = request.routeOptions;
    if ((config.event === undefined && config.audit === undefined) || Object.hasOwn(config, seen)) return done();
    done(
      new AdapterError(
        "ROUTE_BEFORE_PLUGIN",
        `${method} ${url} was declared before bookendPlugin was loaded and raises no event; "await app.register(bookendPlugin, …)" first.`,
        500,
      ),
    );
  });
}

/** Creates a hook that takes a request through its call; validation, later hooks and the handler run within it. */
function enter(
  exchanges: Exchanges<FastifyRequest>,
  running: Set<Promise<void>>,
  event: string | undefined,
  audit: FastifyContextConfig["audit"],
): preValidationHookHandler {
  return (request, reply, done) => {
    const name = event ?? (typeof audit === "function" ? audit(request) : audit);
    if (name === undefined) return done();
    const call = serve(exchanges, { name, raises: event !== undefined, request, reply, proceed: () => done() }).catch(
      (error: unknown) => void reply.send(error),
    );
    running.add(call);
    void call.finally(() => running.delete(call));
  };
}

/** Creates a handler whose response goes to the call of its request. */
function inExchange(handler: RouteHandlerMethod): RouteHandlerMethod {
  return function (this: FastifyInstance, request, reply) {
    const run = () => handler.call(this, request, reply);
    const held = stateOf(request)?.open;
    if (!held) return run();
    if (isValidated(request.routeOptions.schema)) held.recheck().then(() => held.held.run(run), held.held.fail);
    else held.held.run(run);
    // not the promise: Fastify would send the value that it resolves to
    return undefined;
  };
}

/** Returns whether a route has a schema that may fill in, convert and remove parameters. */
function isValidated(schema: FastifySchema = {}): boolean {
  return ["body", "querystring", "query", "params"].some((part) => part in schema);
}

/**
 * Creates an error handler that passes errors of hooks and of the validation to the call of the request, and all others
 * to the host's handler.
 */
function failExchange(own: RouteOptions["errorHandler"]): NonNullable<RouteOptions["errorHandler"]> {
  return function (this: FastifyInstance, error, request, reply) {
    const held = stateOf(request)?.open;
    if (held && !held.held.isAnswered()) {
      held.held.fail(error);
      return undefined;
    }
    // a rethrown error reaches the error handler of the plugin that the route is in
    if (!own) throw error;
    return own.call(this, error, request, reply);
  };
}
