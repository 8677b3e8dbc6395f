import { decodeValues } from "@bookend/mfa";
import type { FastifyInstance, FastifyRequest } from "fastify";

/**
 * User agents of clients that encode values once. privacyIDEA has the same list. All other clients are assumed to
 * encode values twice.
 */
const encodesOnce = /^\s*(?:privacyidea-cp|privacyidea-ldap-proxy|simplesamlphp)(?![\w-])/i;

/**
 * Percent-decodes the values of queries and forms a second time, as privacyIDEA does: its Java client and its
 * FreeRADIUS module encode twice. JSON, files, the path and the names of parameters are not decoded again.
 */
export function decodeAgain(app: FastifyInstance): void {
  // the hook is added before those of the rate limits, so that they read the decoded login
  app.addHook("preValidation", async (request) => {
    if (encodesOnce.test(request.headers["user-agent"] ?? "")) return;
    decodeValues(request.query);
    if (isForm(request)) decodeValues(request.body, request.routeOptions.config.files);
  });
}

function isForm({ headers }: FastifyRequest): boolean {
  return /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(headers["content-type"] ?? "");
}
