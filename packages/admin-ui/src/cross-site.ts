/**
 * Header that the UI sends with each call. A form cannot set it, and a script of another origin only if CORS allows it.
 */
const ownHeader = "x-bookend-ui";

/**
 * Returns whether a request that changes something may have been sent by another site. For `authorize` of hosts that
 * identify users by a cookie: refuse it if this returns true. GET and HEAD requests, and calls of the UI, return false.
 */
export function isCrossSite(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  return request.headers.get(ownHeader) === null;
}
