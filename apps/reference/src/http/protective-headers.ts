import type { FastifyReply } from "fastify";

/** For every response: most hold a secret or personal data. */
const always = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** A browser saves JSON instead of showing it, where a value might be taken for markup. Source: OWASP ASVS 4.0.3, 14.4.2. */
const asFile = 'attachment; filename="api.json"';

/** Adds the headers that keep browsers and caches from keeping, guessing or showing a response; those that are set stay. */
export function addProtectiveHeaders(reply: Pick<FastifyReply, "hasHeader" | "getHeader" | "header">): void {
  for (const [name, value] of Object.entries(always)) if (!reply.hasHeader(name)) reply.header(name, value);
  const isJson = String(reply.getHeader("content-type")).startsWith("application/json");
  if (isJson && !reply.hasHeader("content-disposition")) reply.header("content-disposition", asFile);
}
