import { problemMessage, silentLogger } from "@bookend/core";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { limitsOf, readBody, readQuery } from "./bodies/read-request.js";
import { createEnvelope } from "./envelope.js";
import { AdminError, asAdminError, errorCodes, notFoundError } from "./errors.js";
import { featuresOf, missingFeatures } from "./features.js";
import type { Admin, AdminObject, AdminOptions } from "./options.js";
import { isUnstorable } from "./read-parameters.js";
import { permissionOf } from "./rights.js";
import type { Route } from "./route.js";
import type { IsAllowed } from "./routes/own-routes.js";
import { createRoutes } from "./routes.js";

/** Creates the management API for the bindings of a Bookend. */
export function createAdmin<C = unknown>(options: AdminOptions<C>): Admin<C> {
  const { authorize, basePath = "/event", logger = silentLogger } = options;
  const envelope = createEnvelope(options.envelope);
  const limits = limitsOf(options);

  const failure = (error: unknown): Response => {
    const known = asAdminError(error);
    if (!known) logger.error({ err: error }, "the management API failed");
    return envelope.failure(known ?? new AdminError(500, errorCodes.internal, "Internal error."));
  };

  const app = new Hono<{ Bindings: { context: C | undefined } }>({ strict: false });
  app.onError(failure);
  app.notFound((c) => failure(notFoundError(`There is no ${c.req.path}.`)));
  // the cast is safe, since the routes only pass the context on to the host's functions
  const withAnyContext = options as AdminOptions<unknown>;
  const isAllowed: IsAllowed = async ({ request, context, object }, right) =>
    withAnyContext.authorize({
      request,
      right,
      permission: permissionOf(right),
      operation: "rights",
      ...(object && { object }),
      context,
    });
  const routes = createRoutes(withAnyContext, isAllowed);
  const provided = new Set(featuresOf(withAnyContext));
  for (const route of routes) {
    const { operation, right, feature } = route;
    const limit = operation === "import" ? limits.importBytes : limits.bodyBytes;
    const tooLong = () => {
      throw new AdminError(413, errorCodes.parameter, problemMessage("is too long", `${limit} bytes`, "body"));
    };
    app.on(
      route.method,
      basePath + pathOf(route),
      async (c, next) => {
        if (right !== undefined) {
          const object = objectOf(route, c.req.param("argument"));
          const allowed = await authorize({
            request: c.req.raw,
            right,
            permission: permissionOf(right),
            operation,
            ...(object && { object }),
            context: c.env.context,
          });
          if (allowed !== true) throw new AdminError(allowed.status, allowed.code, allowed.message);
        }
        if (feature !== undefined && !provided.has(feature)) throw notFoundError(missingFeatures[feature]);
        return next();
      },
      bodyLimit({ maxSize: limit, onError: tooLong }),
      async (c) => {
        const query = readQuery(c.req.url);
        const body = await readBody(c.req, { limit, formats: route.formats ?? "parameters" });
        const argument = c.req.param("argument") ?? "";
        if (isUnstorable(argument)) throw notFoundError(`There is no ${JSON.stringify(argument)}.`);
        const fields = { ...query, ...body };
        const result = await route.run({
          argument,
          query,
          body,
          fields,
          ifMatch: c.req.header("if-match"),
          request: c.req.raw,
          context: c.env.context,
        });
        return result instanceof Response ? result : envelope.success(result);
      },
    );
  }
  for (const [path, allow] of methodsByPath(routes)) {
    app.all(basePath + path, (c: Context) => {
      const message = problemMessage(`${c.req.method} is not supported here`, allow, "method");
      throw new AdminError(405, errorCodes.parameter, message, { headers: { allow } });
    });
  }

  return {
    routes: routes.map(({ method, path }) => ({
      method,
      path: `${basePath}${path === "" ? "" : `/${path}`}`.replace(/<(\w+)>/, ":$1"),
    })),
    async fetch(request, context) {
      try {
        return await app.fetch(request, { context });
      } catch (error) {
        // Hono passes only instances of Error to onError, and throws other values again
        return failure(error);
      }
    },
  };
}

/** Returns the path of a route below the base path, in the syntax of Hono's router. */
function pathOf({ path }: Route): string {
  const pattern = path.replace("<id>", ":argument{[0-9]{1,15}}").replace(/<\w+>/, ":argument");
  return pattern === "" ? "" : `/${pattern}`;
}

/** Returns the object that the path of a request names; undefined if the path does not name an object. */
function objectOf({ path }: Route, argument: string | undefined): AdminObject | undefined {
  if (argument === undefined) return undefined;
  const [, placeholder = ""] = /<(\w+)>/.exec(path) ?? [];
  for (const type of objectTypes) if (placeholders[type] === placeholder) return { type, id: argument };
  return undefined;
}

/** The placeholder for each type of object in the paths of routes. A type that no path names would have none. */
const placeholders: Readonly<Record<AdminObject["type"], string>> = {
  binding: "id",
  handlermodule: "module",
  call: "call",
  delivery: "delivery",
  destination: "destination",
};

const objectTypes = Object.keys(placeholders) as readonly AdminObject["type"][];

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, string> {
  const methods = new Map<string, string>();
  for (const route of routes) {
    const path = pathOf(route);
    const others = methods.get(path);
    methods.set(path, others === undefined ? route.method : `${others}, ${route.method}`);
  }
  return methods;
}
