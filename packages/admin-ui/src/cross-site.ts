/**
 * Header that the UI sends with each call. A form cannot set it, and a script of another origin only if CORS allows it.
 */
const ownHeader = "x-bookend-ui";

/**
 * Returns whether a request that changes something may have been sent by another site. Hosts that identify users by a
 * cookie call this in `authorize`, and refuse the request if it returns true. It returns false for GET and HEAD
 * requests, and for calls of the UI.
 */
export function isCrossSite(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  return request.headers.get(ownHeader) === null;
}
