import { decodeValues } from "@bookend/mfa";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** User agents that encode values once, as in privacyIDEA. All others are assumed to encode them twice. */
const encodesOnce = /^\s*(?:privacyidea-cp|privacyidea-ldap-proxy|simplesamlphp)(?![\w-])/i;

/**
 * Percent-decodes the values of queries and forms a second time, as privacyIDEA does: its Java client and its
 * FreeRADIUS module encode twice. JSON, files, the path and the names of parameters are not decoded again.
 */
export function decodeAgain(app: FastifyInstance): void {
  // this must happen before rate limits read the login
  app.addHook("preValidation", async (request) => {
    if (encodesOnce.test(request.headers["user-agent"] ?? "")) return;
    decodeValues(request.query);
    if (isForm(request)) decodeValues(request.body, request.routeOptions.config.files);
  });
}

function isForm({ headers }: FastifyRequest): boolean {
  return /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(headers["content-type"] ?? "");
}
