import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { themselves } from "./access.js";
import { Parameters } from "./parameters.js";
import { type Access, bodyOf, type Exchange, type Route } from "./route.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call this route. Default: `anyone`. */
    access?: Access;
  }
}

/** Adds the routes of the API to an app on which `bookendPlugin` is registered. */
export function mountRoutes(app: FastifyInstance, routes: readonly Route[]): void {
  for (const route of routes) {
    const { method, path, event, access } = route;
    app.route({
      method,
      url: path,
      config: { access, lists: true, ...(event === undefined ? { audit: auditName(method, path) } : { event }) },
      handler: (request, reply) => serve(route, request, reply),
    });
  }
}

/** What a call is called in the audit log: `DELETE /token/<serial>`. */
export function auditName(method: string, path: string): string {
  return `${method} ${path.replace(/:(\w+)/g, "<$1>")}`;
}

async function serve(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const answer = await route.run(exchangeOf(request));
  if ("contentType" in answer) reply.type(answer.contentType);
  return bodyOf(answer, route);
}

function exchangeOf({ call }: FastifyRequest): Exchange {
  const { actor, notes, request } = call;
  const { method, path, parameters, user } = request;
  return { method, path, parameters: new Parameters(parameters), user: themselves(actor) ?? user, actor, notes };
}
