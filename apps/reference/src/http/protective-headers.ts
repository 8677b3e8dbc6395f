import type { FastifyReply } from "fastify";

/** Headers for every response, since most contain a secret or personal data. */
const always = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/**
 * Makes browsers download JSON instead of displaying it, where a value might be interpreted as markup. Source: OWASP
 * ASVS 4.0.3, 14.4.2.
 */
const asFile = 'attachment; filename="api.json"';

/**
 * Adds headers that prevent browsers and caches from storing, sniffing or displaying a response. Headers that are
 * already set are kept.
 */
export function addProtectiveHeaders(reply: Pick<FastifyReply, "hasHeader" | "getHeader" | "header">): void {
  for (const [name, value] of Object.entries(always)) if (!reply.hasHeader(name)) reply.header(name, value);
  const isJson = String(reply.getHeader("content-type")).startsWith("application/json");
  if (isJson && !reply.hasHeader("content-disposition")) reply.header("content-disposition", asFile);
}
