import { silentLogger } from "@bookend/core";
import { createEnvelope } from "./envelope.js";
import { AdminError, asAdminError, errorCodes, notFoundError } from "./errors.js";
import type { Admin, AdminOptions } from "./options.js";
import { readFields } from "./read-fields.js";
import { createRoutes, type Route } from "./routes.js";

const mebibyte = 1024 * 1024;

/** Makes the management API of the bindings of a Bookend. */
export function createAdmin<C = unknown>(options: AdminOptions<C>): Admin<C> {
  const {
    bookend,
    authorize,
    directories = {},
    basePath = "/event",
    bodyLimit = mebibyte,
    logger = silentLogger,
  } = options;
  const envelope = createEnvelope(options.envelope);
  const routes = createRoutes(bookend, directories);

  const answer = async (request: Request, context: C | undefined): Promise<Response> => {
    const { route, argument } = find(routes, basePath, request);
    const { operation, permission } = route;
    const allowed = await authorize({ request, operation, permission, context });
    if (allowed !== true) throw new AdminError(allowed.status, allowed.code, allowed.message);
    const fields = await readFields(request, bodyLimit);
    return envelope.success(await route.run({ argument, fields }));
  };

  return {
    async fetch(request, context) {
      try {
        return await answer(request, context);
      } catch (error) {
        const known = asAdminError(error);
        if (!known) logger.error({ err: error }, "the management API failed");
        return envelope.failure(known ?? new AdminError(500, errorCodes.internal, "Internal error."));
      }
    },
  };
}

/** The route of a request. Throws 404, 405. */
function find(routes: readonly Route[], basePath: string, request: Request): { route: Route; argument: string } {
  const { pathname } = new URL(request.url);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const methods: string[] = [];
  if (pathname === basePath || pathname.startsWith(`${basePath}/`)) {
    const path = pathname.slice(basePath.length + 1).replace(/\/$/, "");
    for (const route of routes) {
      const argument = match(route.path, path);
      if (argument === undefined) continue;
      if (route.method === method) return { route, argument };
      methods.push(route.method);
    }
  }
  if (methods.length === 0) throw notFoundError(`There is no ${pathname}.`);
  const allow = methods.join(", ");
  throw new AdminError(405, errorCodes.parameter, `The method is ${method}; allowed: ${allow}.`, {
    headers: { allow },
  });
}

/** What a path has in the place of a pattern's last segment, empty without one; undefined if it does not match. */
function match(pattern: string, path: string): string | undefined {
  if (!pattern.endsWith(">")) return pattern === path ? "" : undefined;
  const start = pattern.lastIndexOf("<");
  const last = path.slice(start);
  if (!path.startsWith(pattern.slice(0, start)) || last === "") return undefined;
  if (pattern.endsWith("<id>")) return /^\d{1,15}$/.test(last) ? last : undefined;
  try {
    return decodeURIComponent(last);
  } catch {
    return undefined;
  }
}
