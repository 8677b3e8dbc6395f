import { clientAddress, parseTrustedProxies } from "@bookend/adapter-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./api-error.js";
import { type CountLimits, createRateCounts, type RateCounts, type Refusal } from "./rate-counts.js";

/** How often a client may call. The workers of a server count together; separate servers count separately. */
export interface RateLimits extends CountLimits {
  /** Addresses and networks that are not counted, such as RADIUS gateways. */
  readonly exempt: readonly string[];
}

/** Number of characters of a login that are compared, which bounds the memory for one login. */
const loginLength = 255;

/** Dependencies of {@link limitRates}. */
export interface RateLimiting {
  readonly limits: RateLimits;
  readonly trustedProxies: readonly string[];
  /** The counts that the limits apply to. @default counts of this process only */
  readonly counts?: RateCounts | undefined;
}

/**
 * Adds hooks that refuse calls beyond the limits with 429 before they are processed. Call it before routes are added.
 */
export function limitRates(
  app: FastifyInstance,
  { limits, trustedProxies, counts = createRateCounts(limits) }: RateLimiting,
): void {
  const trusted = parseTrustedProxies(trustedProxies);
  const isExempt = parseTrustedProxies(limits.exempt);
  /**
   * Returns the address under which a client's calls are counted. Clients with unknown addresses are counted together
   * per proxy.
   */
  const addressOf = ({ socket, headers }: FastifyRequest): string => {
    const forwarded = headers["x-forwarded-for"];
    const header = typeof forwarded === "string" || forwarded === undefined ? forwarded : forwarded.join(",");
    return clientAddress(socket.remoteAddress, header, trusted) ?? `unknown behind ${socket.remoteAddress}`;
  };
  /** The logins in progress, which must be ended when the response is sent. */
  const begun = new WeakMap<FastifyRequest, string>();

  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.access !== "anyone" || isExempt(addressOf(request), 0)) return;
    refuse(reply, await counts.anonymous(addressOf(request)));
  });
  // the body contains the login, and this is the first hook after the body is parsed; pre actions run later
  app.addHook("preValidation", async (request, reply) => {
    if (request.routeOptions.config.event !== "auth" || isExempt(addressOf(request), 0)) return;
    const login = `${addressOf(request)} ${loginOf(request)}`;
    refuse(reply, await counts.beginLogin(login));
    begun.set(request, login);
  });
  app.addHook("onSend", async (request, reply) => {
    const login = begun.get(request);
    if (login === undefined) return;
    begun.delete(request);
    await counts.endLogin(login, reply.statusCode === 401);
  });
}

function refuse(reply: FastifyReply, seconds: Refusal): void {
  if (seconds === undefined) return;
  reply.header("retry-after", String(seconds));
  throw new ApiError(429, 429, "Too many requests. Try again later.");
}

/**
 * Returns the login that the route will read, in lowercase: the body overrides the query, and `username` overrides
 * `user`. An object or an array counts as an empty login, since the route refuses it.
 */
function loginOf({ query, body }: FastifyRequest): string {
  const hasFields = typeof body === "object" && body !== null;
  const { username, user } = { ...(query as object), ...(hasFields && body) } as { username?: unknown; user?: unknown };
  const login = username ?? user ?? "";
  if (typeof login === "object") return "";
  return String(login).trim().toLowerCase().slice(0, loginLength);
}
