import { type Call, type Directories, problemMessage } from "@bookend/core";
import { type Access, type ApiCall, ParameterReader, parameterError, themselves } from "@bookend/mfa";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { keepRemovedObjects } from "./keep-removed-objects.js";
import { bodyOf, type Route } from "./route.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The callers that the route admits. @default administrators */
    access?: Access;
    /** Alternative names of the route's parameters. If it is absent, parameters are passed on as they were sent. */
    aliases?: NonNullable<Route["aliases"]>;
    /** Names of parameters that may be files in a multipart form. @default none */
    files?: readonly string[];
  }
}

/** Adds the routes of the API to an app on which `bookendPlugin` is registered. */
export function mountRoutes(app: FastifyInstance, routes: readonly Route[], directories: Directories): void {
  for (const route of routes) {
    const { method, path, event, access, lists = [], aliases = {}, files = [], secrets = [] } = route;
    const refuseUnknown = parameterCheck(route);
    app.route({
      method,
      url: path,
      config: {
        access,
        lists,
        aliases,
        files,
        secrets,
        ...(event === undefined ? { audit: auditName(method, path) } : { event }),
      },
      async handler(request, reply) {
        refuseUnknown(request.call);
        if (route.removes) await keepRemovedObjects(request.call, directories);
        return serve(route, request, reply);
      },
    });
  }
}

/** Returns the name of a call in the audit log, such as `DELETE /token/<serial>`. */
export function auditName(method: string, path: string): string {
  return `${method} ${path.replace(/:(\w+)/g, "<$1>")}`;
}

async function serve(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const answer = await route.run(apiCallOf(request.call));
  if ("contentType" in answer) reply.type(answer.contentType);
  return bodyOf(answer, route);
}

/** Returns a function that throws PARAMETER_INVALID if a call has a parameter that the route would ignore. */
function parameterCheck({ method, path, accepts }: Route): (call: Call) => void {
  const allowed = accepts ?? (method === "GET" ? [] : "any");
  if (allowed === "any") return () => undefined;
  const known = new Set([...allowed, ...(path.match(/(?<=:)\w+/g) ?? []), "client"]);
  const listed = allowed.join(", ") || "none";
  return ({ request }) => {
    const unknown = Object.keys(request.parameters).find((name) => !known.has(name));
    if (unknown === undefined) return;
    throw parameterError(problemMessage("this route does not have this parameter", listed, unknown));
  };
}

/** Converts a call of the dispatcher to the `ApiCall` that routes and their access rules receive. */
export function apiCallOf({ actor, notes, request }: Call): ApiCall {
  const { method, path, parameters, user } = request;
  return { method, path, parameters: new ParameterReader(parameters), user: themselves(actor) ?? user, actor, notes };
}
